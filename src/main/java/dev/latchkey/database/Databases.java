package dev.latchkey.database;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;

/** Opens the database that the configuration names. */
public final class Databases {
    // Reads a table, so that it fails where SELECT 1 would not notice that the file is gone.
    private static final String HEALTH_QUERY = "SELECT MAX(generation) FROM signing_keys";

    private Databases() {}

    /**
     * Opens the database, brings its schema up to date, and adds its pool, its health check and its metrics to {@code environment}.
     *
     * @throws DatabaseException where that is not possible, with a message for the operator
     */
    public static Database open(DatabaseSettings settings, Environment environment) {
        return settings.url().startsWith("jdbc:sqlite:")
                ? SqliteDatabase.open(settings, environment)
                : PostgresDatabase.open(settings, environment);
    }

    /**
     * Brings the schema up to date, over a connection of its own: the pools expect it to be there.
     *
     * @param textType how this database calls text that compares byte by byte
     * @param initialSql what comes first on the connection, or null
     */
    static void migrate(DatabaseSettings settings, String textType, String initialSql) {
        try {
            Flyway.configure()
                    .dataSource(settings.url(), settings.user(), settings.password())
                    .initSql(initialSql)
                    // Creating one that is there already is tried ten times, a second each.
                    .createSchemas(false)
                    .locations("classpath:migrations")
                    .placeholders(Map.of("text", textType))
                    .load()
                    .migrate();
        } catch (RuntimeException e) {
            throw cannotBeOpened(settings, e);
        }
    }

    static DatabaseException cannotBeOpened(DatabaseSettings settings, Exception cause) {
        String reason = Failures.rootMessage(cause).replace(settings.url(), settings.address());
        return new DatabaseException("database.url " + settings.address() + " cannot be opened: " + reason, cause);
    }

    static DataSourceFactory pool(DatabaseSettings settings, int maxSize) {
        DataSourceFactory pool = new DataSourceFactory();
        pool.setUrl(settings.url());
        pool.setMaxSize(maxSize);
        pool.setInitialSize(1);
        pool.setMinSize(1);
        pool.setMaxWaitForConnection(settings.maxWait());
        pool.setValidationQuery(HEALTH_QUERY);
        return pool;
    }

    /** Dropwizard's way to a {@link Jdbi}: with a health check, timers and a managed pool. */
    static Jdbi jdbi(Environment environment, DataSourceFactory pool, ManagedDataSource dataSource, String name) {
        Jdbi jdbi = new JdbiFactory().build(environment, pool, dataSource, name);
        hideBindings(jdbi);
        return jdbi;
    }

    /** What is bound to a statement is people's data, and has no place in a log. */
    static void hideBindings(Jdbi jdbi) {
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
    }
}
