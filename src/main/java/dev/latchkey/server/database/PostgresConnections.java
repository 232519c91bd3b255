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
 * Opens all connections to PostgreSQL, and detects whether there is a pooler in between.
 *
 * <p>A pooler such as PgBouncer may run each transaction of a connection in another database session. The state of a session is then
 * missing, or is that of another connection: a prepared statement of the same name may be a different statement, so that a write is
 * never done. So a connection uses named statements, and settings that outlast a transaction, only if there is no pooler. A pooler
 * invents the process id that it reports when a connection opens; without one, it is that of the process that runs the queries.
 */
final class PostgresConnections implements DataSource {
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    private final String url;
    private final Properties properties = new Properties();
    private final String sessionSettings;
    // An invented process id may happen to be right for one connection, but hardly for all.
    private volatile boolean isPooled;

    /** Without session settings. */
    PostgresConnections(DatabaseSettings settings, String applicationName) {
        this(settings, applicationName, Map.of(), null);
    }

    /**
     * {@code options} are options of the driver; those in the URL take precedence.
     *
     * @param sessionSettings a query that sets what every session needs, or null; if a connection does not
     *     {@linkplain #keepsSession keep its session}, its user must run the query in each transaction
     */
    PostgresConnections(
            DatabaseSettings settings, String applicationName, Map<String, String> options, String sessionSettings) {
        // It would log a URL that it cannot parse, with the password. The exception tells the reason as well.
        DRIVER_LOG.setLevel(Level.SEVERE);
        url = settings.url();
        this.sessionSettings = sessionSettings;
        properties.putAll(options);
        properties.setProperty(PGProperty.APPLICATION_NAME.getName(), applicationName);
        // The details of errors contain whole rows.
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
        // The last of several takes precedence.
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
     * Whether the next transaction runs in the same session. False if the URL forbids named statements, which it must for a pooler that
     * passes on the process id of the database.
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
