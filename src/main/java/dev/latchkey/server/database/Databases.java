package dev.latchkey.server.database;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;

/** Opens the database that the configuration names. */
public final class Databases {
    // Reads a table, so that it fails where SELECT 1 would not notice that the file is gone.
    private static final String VALIDATION_QUERY = "SELECT MAX(installed_rank) FROM " + Migrations.TABLE;

    /** Under this name the reserved connection has its health check and its metrics. */
    static final String RESERVED = "database-reserved";

    private Databases() {}

    /**
     * Opens the database, brings its schema up to date, and adds its pool, its health check and its metrics to {@code environment}.
     *
     * @throws DatabaseException where that is not possible, with a message for the operator
     */
    public static Database open(DatabaseSettings settings, Environment environment) {
        return settings.isSqlite()
                ? SqliteDatabase.open(settings, environment)
                : PostgresDatabase.open(settings, environment);
    }

    /**
     * The database that {@link #open} gave, read over one connection more, which no request takes: for what has to be known in
     * time, however many requests wait for theirs. Writes wait with all others.
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
     * As {@link #open}, but only where there is a store, and one that needs no change: for what runs beside a server, or after it.
     *
     * @throws DatabaseException where there is none
     */
    public static Database openStore(DatabaseSettings settings, Environment environment) {
        requireStore(settings);
        return open(settings, environment);
    }

    /** Brings the schema up to date. */
    static void migrate(DatabaseSettings settings) {
        migrate(settings, "database.url");
    }

    /** {@code option} is what the operator has given the URL in. */
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

    /** Looks whether there is a store of today's schema where {@code settings} lead, and changes nothing there. */
    static void requireStore(DatabaseSettings settings) {
        if (settings.isSqlite() && !Files.isRegularFile(settings.file())) {
            throw new DatabaseException("there is no store in " + settings.file());
        }
        requireStore(settings, settings.address(), true);
    }

    /**
     * Looks whether {@code settings} lead to a store that this Latchkey made or can bring up to date, and changes nothing there.
     *
     * @param name what to call it if not
     * @param upToDate whether it has to have the newest schema
     */
    static void requireStore(DatabaseSettings settings, String name, boolean upToDate) {
        try {
            Migrations.require(settings, name, upToDate);
        } catch (SQLException | FlywayException e) {
            throw cannotBeOpened("the store", settings, e);
        }
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

    /**
     * Dropwizard's way to a {@link Jdbi}: with a health check, timers and a managed pool. The check fails where one of the tables
     * is gone that are there now.
     */
    static Jdbi jdbi(Environment environment, DataSourceFactory pool, ManagedDataSource dataSource, String name)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            pool.setValidationQuery(Table.presenceQuery(connection));
        }
        Jdbi jdbi = new JdbiFactory().build(environment, pool, dataSource, name);
        hideBindings(jdbi);
        return jdbi;
    }

    /** What is bound to a statement is people's data, and has no place in a log. */
    static void hideBindings(Jdbi jdbi) {
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
    }
}
