package dev.latchkey.server.database;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;

/** Opens the database that the configuration names. */
public final class Databases {
    // Reads a table, so that it fails where SELECT 1 would not notice that the file is gone.
    private static final String VALIDATION_QUERY = "SELECT MAX(installed_rank) FROM " + SchemaHistory.TABLE;

    /** The name of the reserved connection in health checks and metrics. */
    static final String RESERVED = "database-reserved";

    private Databases() {}

    /**
     * Opens the database, brings its schema up to date, and adds its pool, its health check and its metrics to {@code environment}.
     *
     * @throws DatabaseException if that fails, with a message for the operator
     */
    public static Database open(DatabaseSettings settings, Environment environment) {
        return settings.isSqlite()
                ? SqliteDatabase.open(settings, environment)
                : PostgresDatabase.open(settings, environment);
    }

    /**
     * The database that {@link #open} returned, with one more connection for reads, which no request uses: for reads that must not wait
     * when many requests wait for a connection. Writes wait like all others.
     */
    public static Database reserved(Database opened, DatabaseSettings settings, Environment environment) {
        if (opened instanceof SqliteDatabase sqlite) {
            return sqlite.reserved(settings, environment);
        }
        PostgresDatabase postgres = (PostgresDatabase) opened;
        return new ReservedReads(postgres.reserved(settings, environment), postgres);
    }

    private record ReservedReads(Database reserved, Database shared) implements Database {

        @Override
        public <T> T read(Function<Handle, T> query) {
            return reserved.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            return shared.write(change);
        }
    }

    /**
     * As {@link #open}, but only if there is a store whose schema is up to date: for commands that run while a server runs, or after it.
     *
     * @throws DatabaseException if there is none
     */
    public static Database openStore(DatabaseSettings settings, Environment environment) {
        requireStore(settings);
        return open(settings, environment);
    }

    /** Brings the schema up to date. */
    static void migrate(DatabaseSettings settings) {
        migrate(settings, "database.url");
    }

    /** {@code option} is the setting or option that gave the URL. */
    static void migrate(DatabaseSettings settings, String option) {
        try {
            Migrations.run(settings, option + " " + settings.address());
        } catch (DatabaseException e) {
            throw e;
        } catch (SQLException | IOException | RuntimeException e) {
            throw cannotBeOpened(option, settings, e);
        }
    }

    static DatabaseException cannotBeOpened(String option, DatabaseSettings settings, Exception e) {
        return new DatabaseException(
                option + " " + settings.address() + " cannot be opened: "
                        + Failures.rootMessage(e).replace(settings.driverUrl(), settings.address()),
                e);
    }

    /** Checks that {@code settings} point to a store whose schema is up to date, and changes nothing. */
    static void requireStore(DatabaseSettings settings) {
        if (settings.isSqlite() && !Files.isRegularFile(settings.file())) {
            throw new DatabaseException("there is no store in " + settings.file());
        }
        requireStore(settings, settings.address(), true);
    }

    /**
     * Checks that {@code settings} point to a store that this Latchkey made or can bring up to date, and changes nothing.
     *
     * @param name the name of the store for the message
     * @param upToDate whether it must have the newest schema
     */
    static void requireStore(DatabaseSettings settings, String name, boolean upToDate) {
        try {
            MigrationCheck.require(settings, name, upToDate);
        } catch (SQLException | FlywayException e) {
            throw cannotBeOpened("the store", settings, e);
        }
    }

    /** Fails if the store cannot be read. Returns null. */
    static Void validate(Handle handle) {
        handle.createQuery(VALIDATION_QUERY).mapTo(Integer.class).one();
        return null;
    }

    static DataSourceFactory pool(DatabaseSettings settings, int maxSize) {
        DataSourceFactory pool = new DataSourceFactory();
        pool.setUrl(settings.driverUrl());
        pool.setMaxSize(maxSize);
        pool.setInitialSize(1);
        pool.setMinSize(1);
        pool.setMaxWaitForConnection(settings.maxWait());
        pool.setValidationQuery(VALIDATION_QUERY);
        return pool;
    }

    /** A {@link Jdbi} made by Dropwizard, with a health check, timers and a managed pool. */
    static Jdbi jdbi(Environment environment, DataSourceFactory pool, ManagedDataSource dataSource, String name) {
        Jdbi jdbi = new PlainJdbiFactory().build(environment, pool, dataSource, name);
        hideBindings(jdbi);
        return jdbi;
    }

    /** Without plug-ins: nothing here uses SQL objects, or maps rows to Guava's types. */
    private static final class PlainJdbiFactory extends JdbiFactory {

        @Override
        protected void configure(Jdbi jdbi) {}
    }

    /** The parameters of statements are people's data, which must not be logged. */
    static void hideBindings(Jdbi jdbi) {
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
    }
}
