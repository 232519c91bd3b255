package dev.latchkey.server.database;

import com.codahale.metrics.Meter;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.server.threads.Workers;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.util.Duration;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * PostgreSQL over the network, or another database that speaks its protocol: one pool for reads and writes.
 *
 * <p>A transaction is retried if the database aborted it in favour of another, or if its connection was lost before the commit: a
 * few times within a quarter of a second. If the connection is lost during the commit, it is not retried, because it may be
 * committed already.
 */
final class PostgresDatabase implements Database {
    private static final int MAX_ATTEMPTS = 5;
    private static final int FIRST_PAUSE_MILLIS = 16;

    private final Jdbi jdbi;
    private final DataSourceProxy pool;
    private final long maxMillis;
    private final Meter retries;

    private PostgresDatabase(Jdbi jdbi, DataSourceProxy pool, long maxMillis, Meter retries) {
        this.jdbi = jdbi;
        this.pool = pool;
        this.maxMillis = maxMillis;
        this.retries = retries;
    }

    static PostgresDatabase open(DatabaseSettings settings, Environment environment) {
        Databases.migrate(settings);
        return connect(settings, environment, "database", settings.maxConnections());
    }

    /** The same database over one more connection. */
    PostgresDatabase reserved(DatabaseSettings settings, Environment environment) {
        return connect(settings, environment, Databases.RESERVED, 1);
    }

    private static PostgresDatabase connect(
            DatabaseSettings settings, Environment environment, String name, int connections) {
        DataSourceFactory pool = Databases.pool(settings, connections);
        // A restart of the database breaks idle connections; the pool replaces them before a request gets one.
        pool.setCheckConnectionOnBorrow(true);
        pool.setValidationInterval(Duration.seconds(1));
        ManagedDataSource dataSource = pool.build(environment.metrics(), name);
        ((DataSourceProxy) dataSource).setDataSource(connections(settings));
        return new PostgresDatabase(
                Databases.jdbi(environment, pool, dataSource, name),
                (DataSourceProxy) dataSource,
                settings.maxWait().toMilliseconds(),
                environment.metrics().meter("database.retries"));
    }

    private static PostgresConnections connections(DatabaseSettings settings) {
        long seconds = (settings.maxWait().toMilliseconds() + 999) / 1000;
        return new PostgresConnections(
                settings,
                "latchkey",
                Map.of(
                        "connectTimeout",
                        Long.toString(seconds),
                        // The database ends a statement that takes too long; this is for a database that stops
                        // responding.
                        "socketTimeout",
                        Long.toString(seconds + 1)),
                settings(settings.maxWait().toMilliseconds(), false));
    }

    /** The query for the settings that Latchkey relies on, for one transaction or for a session. */
    private static String settings(long maxMillis, boolean isForTransaction) {
        return "SELECT set_config('statement_timeout', '" + maxMillis + "', " + isForTransaction + "),"
                // If it is off, the database acknowledges commits that are not on disk.
                + " CASE current_setting('synchronous_commit') WHEN 'off'"
                + " THEN set_config('synchronous_commit', 'on', " + isForTransaction + ") END";
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        return retried(() -> jdbi.withHandle(query::apply), new AtomicBoolean());
    }

    @Override
    public <T> T write(Function<Handle, T> change) {
        AtomicBoolean committing = new AtomicBoolean();
        return retried(
                () -> {
                    committing.set(false);
                    return jdbi.inTransaction(handle -> {
                        if (!keepsSession(handle)) {
                            handle.execute(settings(maxMillis, true));
                        }
                        T result = change.apply(handle);
                        committing.set(true);
                        return result;
                    });
                },
                committing);
    }

    private static boolean keepsSession(Handle handle) {
        try {
            return PostgresConnections.keepsSession(handle.getConnection());
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private <T> T retried(Supplier<T> work, AtomicBoolean committing) {
        long begun = System.nanoTime();
        long maxNanos = TimeUnit.MILLISECONDS.toNanos(maxMillis);
        for (int attempt = 1; ; attempt++) {
            try (Workers.Wait ignored = Workers.waiting()) {
                return work.get();
            } catch (JdbiException e) {
                boolean lost = PostgresFailures.isConnectionLost(e);
                if (lost) {
                    // The other connections are most likely lost as well.
                    pool.purge();
                }
                boolean isUndone = PostgresFailures.isAborted(e) || (lost && !committing.get());
                if (!isUndone || attempt == MAX_ATTEMPTS || System.nanoTime() - begun >= maxNanos) {
                    throw Failures.translate(e, PostgresFailures::isTransient);
                }
            }
            retries.mark();
            pause(attempt);
        }
    }

    /** Backs off for a random time, so that conflicting transactions do not meet again. */
    private static void pause(int attempt) {
        long maxMillis = (long) FIRST_PAUSE_MILLIS << (attempt - 1);
        Uninterruptibles.sleepUninterruptibly(
                ThreadLocalRandom.current().nextLong(maxMillis + 1), TimeUnit.MILLISECONDS);
    }
}
