package dev.latchkey.server.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/**
 * Opens every connection to PostgreSQL, and finds out whether its session is its own.
 *
 * <p>A pooler such as PgBouncer may give each transaction of one connection another session of the database. What the connection
 * has left in a session is then missing, or meets what others have left there: a prepared statement of the same name is another
 * statement, and the write that it was to do is never done. So a connection uses named statements, and settings that outlast a
 * transaction, only once it is known that nothing stands between. A pooler answers for the database when a connection opens, and
 * makes up the process id that goes with it; only without one it is that of the process that runs the queries.
 */
final class PostgresConnections implements DataSource {
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    private final String url;
    private final Properties properties = new Properties();
    private final String sessionSettings;
    // A process id that was made up may happen to be right; hardly that of every connection.
    private volatile boolean isPooled;

    /** For work that needs no settings. */
    PostgresConnections(DatabaseSettings settings, String applicationName) {
        this(settings, applicationName, Map.of(), null);
    }

    /**
     * {@code options} are of the driver; those that are in the URL come before them.
     *
     * @param sessionSettings a query that sets what every session needs, or null; whoever gets a connection that does not
     *     {@linkplain #keepsSession keep its session} has to do that in each transaction
     */
    PostgresConnections(
            DatabaseSettings settings, String applicationName, Map<String, String> options, String sessionSettings) {
        // It would show a URL that it cannot parse, password and all; what is wrong with it is in the exception too.
        DRIVER_LOG.setLevel(Level.SEVERE);
        url = settings.url();
        this.sessionSettings = sessionSettings;
        properties.putAll(options);
        properties.setProperty(PGProperty.APPLICATION_NAME.getName(), applicationName);
        // Details of an error quote whole rows.
        properties.setProperty(PGProperty.LOG_SERVER_ERROR_DETAIL.getName(), "false");
        if (settings.user() != null) {
            properties.setProperty(PGProperty.USER.getName(), settings.user());
        }
        if (settings.password() != null) {
            properties.setProperty(PGProperty.PASSWORD.getName(), settings.password());
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        // Of several, the last one counts.
        String threshold = (url.contains("?") ? "&" : "?") + PGProperty.PREPARE_THRESHOLD.getName() + "=0";
        Connection connection = DriverManager.getConnection(url + threshold, properties);
        try (Statement statement = connection.createStatement()) {
            if (!isDirect(connection, statement)) {
                isPooled = true;
            }
            if (!isPooled) {
                connection.unwrap(PGConnection.class).setPrepareThreshold(prepareThreshold());
            }
            if (sessionSettings != null && keepsSession(connection)) {
                statement.execute(sessionSettings);
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private int prepareThreshold() throws SQLException {
        Properties parsed = Driver.parseURL(url, properties);
        return PGProperty.PREPARE_THRESHOLD.getInt(parsed == null ? properties : parsed);
    }

    private static boolean isDirect(Connection connection, Statement statement) throws SQLException {
        try (ResultSet process = statement.executeQuery("SELECT pg_backend_pid()")) {
            return process.next()
                    && process.getInt(1)
                            == connection.unwrap(PGConnection.class).getBackendPID();
        }
    }

    /**
     * Whether what a transaction leaves in the session is there in the next. Not where the URL forbids named statements, as it has
     * to in front of a pooler that passes the process id of the database on.
     */
    static boolean keepsSession(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getPrepareThreshold() != 0;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public Logger getParentLogger() {
        return DRIVER_LOG;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
