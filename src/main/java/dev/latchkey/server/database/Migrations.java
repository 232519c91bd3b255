package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.sqlite.SQLiteConnection;

/** Brings the schema of a store up to date, if it is not already. */
final class Migrations {
    /** How long to wait for another process that migrates. On PostgreSQL, Flyway waits as long for a lock of its own. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(50);

    private Migrations() {}

    /**
     * Brings the schema up to date, over a connection of its own, because the pools need the tables. If several processes do this at
     * once, one migrates, and the others wait.
     *
     * @param name the name of the store for the message
     * @throws DatabaseException if the store is not one that this Latchkey can work on
     */
    static void run(DatabaseSettings settings, String name) throws SQLException, IOException {
        if (!settings.isSqlite()) {
            PostgresServer.ask(MigrationDataSources.postgres(settings)).requireUsable(name);
            if (isDone(MigrationDataSources.postgres(settings))) {
                return;
            }
            run(FlywayConfiguration.of(settings), settings, name);
            return;
        }
        // SQLite follows links, so the lock file must be beside their target.
        Path file = settings.file().toRealPath();
        if (Files.isDirectory(file)) {
            throw new DatabaseException(name + " cannot be opened: it is a folder");
        }
        SqliteLibrary.load();
        if (isDone(MigrationDataSources.sqliteReader(settings))) {
            return;
        }
        try (LockFile lock = LockFile.take(lockFile(file), MAX_WAIT)
                .orElseThrow(() -> new DatabaseException(name + " is being brought up to date by another process;"
                        + " start again when that is done"))) {
            run(
                    FlywayConfiguration.of(settings).dataSource(MigrationDataSources.sqliteWriter(settings)),
                    settings,
                    name);
        }
    }

    /** Whether there is nothing to do. */
    private static boolean isDone(DataSource store) throws SQLException {
        // The first failure to connect says the most: SQLite's driver tries to load its library only once.
        try (Connection connection = store.getConnection()) {
            return isDone(connection);
        }
    }

    /** Whatever stands in the way of finding out, Flyway finds it again, and reports it. */
    private static boolean isDone(Connection store) {
        try {
            return isLogged(store) && SchemaHistory.isComplete(store);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Whether SQLite uses a write-ahead log, as it does once a server has opened the store, but not in one that was just restored. */
    private static boolean isLogged(Connection store) throws SQLException {
        if (!(store instanceof SQLiteConnection)) {
            return true;
        }
        try (Statement statement = store.createStatement();
                ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
            return mode.next() && mode.getString(1).equals("wal");
        }
    }

    /** If root creates it, the owner of the store gets it, as SQLite does with its log; otherwise the server could not open it. */
    private static Path lockFile(Path store) throws IOException {
        Path file = store.resolveSibling(store.getFileName() + "-lock");
        if (!Files.exists(file)) {
            Disk.createIfMissing(file);
            if (!Files.getOwner(file).equals(Files.getOwner(store))) {
                Files.setOwner(file, Files.getOwner(store));
            }
        }
        return file;
    }

    private static void run(FluentConfiguration configuration, DatabaseSettings settings, String name) {
        MigrationLog log = new MigrationLog(settings.address());
        Flyway migrations = configuration.callbacks(log).load();
        try {
            migrations.migrate();
            log.end();
            // A newer Latchkey may have done so while this one waited for it.
            migrations.validate();
        } catch (FlywayValidateException e) {
            throw MigrationCheck.invalid(migrations, name, e);
        }
    }
}
