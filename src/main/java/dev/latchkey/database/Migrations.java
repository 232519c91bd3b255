package dev.latchkey.database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** The schema of a store, and how it comes up to date. */
final class Migrations {
    /** Where Flyway keeps which migrations it has run. */
    static final String TABLE = "flyway_schema_history";

    private Migrations() {}

    /**
     * Brings the schema up to date, over a connection of its own: the pools expect it to be there.
     *
     * @param name what to call the store in a message for the operator
     * @throws DatabaseException if the store is not one that this Latchkey can work on
     */
    static void run(DatabaseSettings settings, String name) throws SQLException, IOException {
        if (!settings.isSqlite()) {
            PostgresServer.ask(postgres(settings)).requireUsable(name);
        }
        configuration(settings)
                // The file keeps this mode. Connections that would each change it as they open fail one another.
                .initSql(settings.isSqlite() ? "PRAGMA journal_mode = WAL" : null)
                .load()
                .migrate();
    }

    /**
     * Looks whether {@code settings} lead to a store that this Latchkey made or can bring up to date, and changes nothing there.
     *
     * @param name what to call it if not
     * @param upToDate whether it has to have the newest schema
     */
    static void require(DatabaseSettings settings, String name, boolean upToDate) throws SQLException {
        Flyway migrations =
                configuration(settings).ignoreMigrationPatterns("*:pending").load();
        try {
            MigrationInfoService found = migrations.info();
            if (found.applied().length == 0) {
                throw new DatabaseException(name + " is not a Latchkey store");
            }
            if (Arrays.stream(found.all())
                    .anyMatch(migration -> !migration.getState().isResolved())) {
                throw new DatabaseException(name + " was made by another or a newer Latchkey");
            }
            if (upToDate && found.pending().length > 0) {
                throw new DatabaseException(name + " was made by an older Latchkey: start the server on it once");
            }
            migrations.validate();
        } catch (FlywayValidateException e) {
            throw new DatabaseException(name + " was made by another Latchkey", e);
        }
    }

    static FluentConfiguration configuration(DatabaseSettings settings) throws SQLException {
        FluentConfiguration configuration = Flyway.configure()
                // Creating one that is there already is tried ten times, a second each.
                .createSchemas(false)
                .table(TABLE)
                .locations("classpath:migrations");
        if (settings.isSqlite()) {
            return configuration
                    // Before the address, or they do not count. SQLite must not make a file: everybody could read it.
                    .jdbcProperties(SqliteDatabase.WITHOUT_CREATE)
                    .dataSource(settings.driverUrl(), null, null)
                    .placeholders(Map.of("text", "TEXT"));
        }
        PostgresConnections connections = postgres(settings);
        return configuration
                .dataSource(connections)
                .placeholders(Map.of("text", PostgresServer.ask(connections).textType()));
    }

    private static PostgresConnections postgres(DatabaseSettings settings) {
        return new PostgresConnections(settings, "latchkey migrations");
    }
}
