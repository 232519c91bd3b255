package dev.latchkey.database;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.util.Duration;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** PostgreSQL over the network: one pool for reads and writes. */
final class PostgresDatabase implements Database {
    /**
     * Classes of SQLSTATE that are no fault of the statement: connection, resources, operator, system.
     *
     * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
     */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "58");

    private static final Set<String> PASSING_STATES = Set.of("40001", "40P01", "55P03", "25006");

    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    private final Jdbi jdbi;

    private PostgresDatabase(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    static PostgresDatabase open(DatabaseSettings settings, Environment environment) {
        // It would show a URL that it cannot parse, password and all; what is wrong with it is in the exception too.
        DRIVER_LOG.setLevel(Level.SEVERE);
        Databases.migrate(settings, "TEXT COLLATE \"C\"", null);

        DataSourceFactory pool = Databases.pool(settings, settings.maxConnections());
        pool.setDriverClass("org.postgresql.Driver");
        pool.setUser(settings.user());
        pool.setPassword(settings.password());
        long seconds = Math.max(1, settings.maxWait().toSeconds());
        pool.setProperties(Map.of(
                "ApplicationName",
                "latchkey",
                "connectTimeout",
                Long.toString(seconds),
                // The server ends a statement that takes too long; this is for one that has fallen silent.
                "socketTimeout",
                Long.toString(seconds + 1),
                // Details of an error quote whole rows.
                "logServerErrorDetail",
                "false"));
        pool.setInitializationQuery(
                "SET statement_timeout = " + settings.maxWait().toMilliseconds());
        // A connection may have died with the server; the pool replaces it before a request sees it.
        pool.setCheckConnectionOnBorrow(true);
        pool.setValidationInterval(Duration.seconds(1));
        ManagedDataSource dataSource = pool.build(environment.metrics(), "database");
        return new PostgresDatabase(Databases.jdbi(environment, pool, dataSource, "database"));
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        return Failures.translated(() -> jdbi.withHandle(query::apply), PostgresDatabase::isPassing);
    }

    @Override
    public <T> T write(Function<Handle, T> change) {
        return Failures.translated(() -> jdbi.inTransaction(change::apply), PostgresDatabase::isPassing);
    }

    private static boolean isPassing(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && state.length() == 5
                && (PASSING_CLASSES.contains(state.substring(0, 2)) || PASSING_STATES.contains(state));
    }
}
