package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.ValidateOutput;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/** The schema of a store, and its migrations. */
final class Migrations {
    /** Flyway's table of the migrations that it has run. */
    static final String TABLE = "flyway_schema_history";

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
            PostgresServer.ask(postgres(settings)).requireUsable(name);
            if (isDone(postgres(settings))) {
                return;
            }
            run(configuration(settings), settings, name);
            return;
        }
        // SQLite follows links, so the lock file must be beside their target.
        Path file = settings.file().toRealPath();
        if (Files.isDirectory(file)) {
            throw new DatabaseException(name + " cannot be opened: it is a folder");
        }
        SqliteLibrary.load();
        if (isDone(onlyReader(settings))) {
            return;
        }
        try (LockFile lock = LockFile.take(lockFile(file), MAX_WAIT)
                .orElseThrow(() -> new DatabaseException(name + " is being brought up to date by another process;"
                        + " start again when that is done"))) {
            run(configuration(settings).dataSource(onlyWriter(settings)), settings, name);
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
            throw invalid(migrations, name, e);
        }
    }

    /**
     * Checks that {@code settings} point to a store that this Latchkey made or can bring up to date, and changes nothing.
     *
     * @param name the name of the store for the message
     * @param upToDate whether it must have the newest schema
     */
    static void require(DatabaseSettings settings, String name, boolean upToDate) throws SQLException {
        Flyway migrations =
                configuration(settings).ignoreMigrationPatterns("*:pending").load();
        try {
            MigrationInfoService found = migrations.info();
            if (found.applied().length == 0) {
                throw new DatabaseException(name + " is not a Latchkey store");
            }
            migrations.validate();
            if (upToDate && found.pending().length > 0) {
                throw new DatabaseException(name + " was made by an older Latchkey: start the server on it once");
            }
        } catch (FlywayValidateException e) {
            throw invalid(migrations, name, e);
        }
    }

    /** As {@link #require}, but a database that has no store yet is good as well. */
    static void requireUsable(DatabaseSettings settings, String name) throws SQLException {
        if (configuration(settings).load().info().applied().length > 0) {
            require(settings, name, false);
        }
    }

    /** Says which migrations differ, and what to do. */
    private static DatabaseException invalid(Flyway migrations, String name, FlywayValidateException cause) {
        List<ValidateOutput> invalid = migrations.validateWithResult().invalidMigrations;
        MigrationVersion newest = newest(migrations);
        String found = invalid.stream().allMatch(migration -> isAfter(newest, migration))
                ? " was made by a newer Latchkey: it is at version "
                        + migrations.info().current().getVersion() + ", and this Latchkey knows none after " + newest
                : " was made by another Latchkey, or changed by other means: "
                        + invalid.stream().map(Migrations::explanation).collect(Collectors.joining(", "));
        return new DatabaseException(name + found + "; start the Latchkey that made it, or restore a backup", cause);
    }

    private static MigrationVersion newest(Flyway migrations) {
        return Arrays.stream(migrations.info().all())
                .filter(migration -> migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static boolean isAfter(MigrationVersion newest, ValidateOutput migration) {
        return MigrationVersion.fromVersion(migration.version).compareTo(newest) > 0;
    }

    private static String explanation(ValidateOutput migration) {
        String which = "migration " + migration.version + " (" + migration.description + ") ";
        if (!(migration.errorDetails.errorCode instanceof CoreErrorCode code)) {
            return which + "is wrong";
        }
        return which
                + switch (code) {
                    case FAILED_VERSIONED_MIGRATION -> "failed half way";
                    case APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED -> "is unknown here";
                    case RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED -> "is missing there";
                    default -> "differs from the one here";
                };
    }

    static FluentConfiguration configuration(DatabaseSettings settings) throws SQLException {
        FluentConfiguration configuration = Flyway.configure()
                // Flyway retries to create an existing one ten times, with a second between.
                .createSchemas(false)
                .table(TABLE)
                // By default, Flyway accepts what is newer than it knows.
                .ignoreMigrationPatterns(new String[0])
                .locations("classpath:migrations")
                .javaMigrations(new MailboxMigration());
        if (settings.isSqlite()) {
            SqliteLibrary.load();
            return configuration
                    // Must be set before the address. SQLite must not create a file, which everybody could read.
                    .jdbcProperties(SqliteDatabase.WITHOUT_CREATE)
                    .dataSource(settings.driverUrl(), null, null)
                    .placeholders(placeholders("TEXT"));
        }
        PostgresConnections connections = postgres(settings);
        return configuration
                .dataSource(connections)
                .placeholders(placeholders(PostgresServer.ask(connections).textType()));
    }

    private static Map<String, String> placeholders(String textType) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return Map.of("text", textType, "now", Long.toString(now));
    }

    private static PostgresConnections postgres(DatabaseSettings settings) {
        return new PostgresConnections(settings, "latchkey migrations");
    }

    private static SQLiteDataSource onlyReader(DatabaseSettings settings) {
        SQLiteDataSource source = new SQLiteDataSource(config(settings));
        source.setUrl(settings.driverUrl());
        return source;
    }

    private static SQLiteConfig config(DatabaseSettings settings) {
        Properties properties = new Properties();
        properties.putAll(SqliteDatabase.WITHOUT_CREATE);
        SQLiteConfig config = new SQLiteConfig(properties);
        config.setBusyTimeout((int) settings.maxWait().toMilliseconds());
        return config;
    }

    /** Connections that wait for a server that writes to the file, as an older one may, and lock it before they read it. */
    private static SQLiteDataSource onlyWriter(DatabaseSettings settings) {
        SQLiteConfig config = config(settings);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        // The file keeps this mode. If all connections set it as they open, they make one another fail.
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(settings.driverUrl());
        return source;
    }
}
