package dev.latchkey.server.database;

import com.codahale.metrics.health.HealthCheck;
import dev.latchkey.server.threads.Stages;
import dev.latchkey.server.threads.Workers;
import io.dropwizard.core.setup.Environment;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteOpenMode;

/**
 * SQLite in a file: one connection writes, a pool of others reads what is committed.
 *
 * <p>In WAL mode readers never wait for the writer. {@code synchronous=FULL} syncs the log at every commit; otherwise a power cut
 * would lose acknowledged writes.
 */
final class SqliteDatabase implements Database {
    // Larger groups than that only take longer, without fewer syncs for each write.
    private static final int MAX_GROUP = 256;

    // How soon a write is given up that has waited for too long.
    private static final long MIN_CHECK_MILLIS = 10;
    private static final long MAX_CHECK_MILLIS = 500;

    /** SQLite must not create a missing file: an empty one would hide that the file is gone. */
    static final Map<String, String> WITHOUT_CREATE =
            Map.of("open_mode", Integer.toString(SQLiteOpenMode.READWRITE.flag));

    private static final Map<String, String> PRAGMAS = Map.of(
            "synchronous", "FULL",
            "foreign_keys", "true",
            // They would cost a query after every write, and no keys are generated here.
            "jdbc.get_generated_keys", "false");

    private final SqliteReaders readers;
    private final GroupCommit writes;

    private SqliteDatabase(SqliteReaders readers, GroupCommit writes) {
        this.readers = readers;
        this.writes = writes;
    }

    static SqliteDatabase open(DatabaseSettings settings, Environment environment) {
        return open(settings, environment, MAX_GROUP);
    }

    /** With groups of at most {@code maxGroup} writes, for benchmarks of group commit. */
    static SqliteDatabase open(DatabaseSettings settings, Environment environment, int maxGroup) {
        DatabaseFile file = DatabaseFile.open(settings.file(), "database.url");
        environment.healthChecks().register("database-file", file);
        Databases.migrate(settings);

        Jdbi writer = writer(settings);
        LogCheckpoints checkpoints = new LogCheckpoints(writer, environment.metrics());
        WriteLimits limits = new WriteLimits(
                maxGroup, settings.writeQueue(), settings.maxWait().toJavaDuration());
        try {
            GroupTransactions transactions =
                    new GroupTransactions(() -> SqliteWriter.open(writer, file), checkpoints, environment.metrics());
            GroupCommit writes = new GroupCommit(transactions, limits, environment.metrics());
            environment.lifecycle().manage(writes);
            giveUpLateWrites(writes, limits, environment);
            SqliteDatabase database =
                    new SqliteDatabase(readers(settings, environment, "database", settings.maxConnections()), writes);
            environment
                    .healthChecks()
                    .register(
                            "database-writer",
                            // Takes the write lock and releases it; there is nothing to sync.
                            check(() -> database.write(handle -> null)));
            return database;
        } catch (SQLException | IOException e) {
            throw Databases.cannotBeOpened("database.url", settings, e);
        }
    }

    private static void giveUpLateWrites(GroupCommit writes, WriteLimits limits, Environment environment) {
        long millis = Math.min(
                MAX_CHECK_MILLIS, Math.max(MIN_CHECK_MILLIS, limits.maxWait().toMillis() / 10));
        Future<?> unused = environment
                .lifecycle()
                .scheduledExecutorService("database-waits", true)
                .build()
                .scheduleWithFixedDelay(
                        () -> writes.giveUpLateOnes(System.nanoTime()), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** The same database with one more connection for reads. */
    SqliteDatabase reserved(DatabaseSettings settings, Environment environment) {
        return new SqliteDatabase(readers(settings, environment, Databases.RESERVED, 1), writes);
    }

    private static SqliteReaders readers(
            DatabaseSettings settings, Environment environment, String name, int connections) {
        // Up to 1 MiB for each connection, outside the heap, in place of 2: the system's memory holds the rest for all
        // of them.
        Jdbi jdbi = connections(settings, Map.of("cache_size", "-1024"));
        SqliteReaders readers =
                new SqliteReaders(jdbi, connections, settings.maxWait().toMilliseconds());
        readers.addTo(environment.metrics(), name);
        environment.healthChecks().register(name, check(() -> readers.read(Databases::validate)));
        environment.lifecycle().manage(readers);
        return readers;
    }

    private static Jdbi writer(DatabaseSettings settings) {
        return connections(
                settings,
                Map.of(
                        // Up to 32 MiB, outside the heap: random writes touch pages all over the file.
                        "cache_size", "-32768",
                        "wal_autocheckpoint", "0",
                        "journal_size_limit", Long.toString(LogCheckpoints.MAX_FILE_BYTES)));
    }

    private static Jdbi connections(DatabaseSettings settings, Map<String, String> pragmas) {
        Properties properties = new Properties();
        properties.putAll(PRAGMAS);
        properties.putAll(WITHOUT_CREATE);
        properties.put("busy_timeout", Long.toString(settings.maxWait().toMilliseconds()));
        properties.putAll(pragmas);
        Jdbi connections = Jdbi.create(settings.driverUrl(), properties);
        connections.setStatementBuilderFactory(connection -> new KeptStatements());
        Databases.hideBindings(connections);
        return connections;
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        return Failures.translated(() -> readers.read(query), SqliteFailures::isTransient);
    }

    @Override
    public <T> T write(Function<Handle, T> change) {
        try (Workers.Wait ignored = Workers.waiting()) {
            return Failures.translated(() -> writes.write(change), SqliteFailures::isTransient);
        }
    }

    @Override
    public <T> CompletionStage<T> writeAsync(Function<Handle, T> change) {
        Workers workers = Workers.current();
        if (workers == null) {
            // Nobody could go on with it.
            return Database.super.writeAsync(change);
        }
        return Stages.then(
                writes.writeAsync(change, workers), result -> Failures.translated(result, SqliteFailures::isTransient));
    }

    private static HealthCheck check(Runnable work) {
        return new HealthCheck() {
            @Override
            protected Result check() {
                work.run();
                return Result.healthy();
            }
        };
    }
}
