package dev.latchkey.server.database;

import com.codahale.metrics.Meter;
import com.google.common.util.concurrent.Uninterruptibles;
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
 * <p>A transaction that the database has undone in favour of another, and one whose connection is lost before it is
 * committed, are tried again, a few times within a quarter of a second. One whose connection is lost while it is committed
 * is not: it may be there already, and so nobody is told that it is or that it is not.
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
        // A connection may have died with the server; the pool replaces it before a request sees it.
        pool.setCheckConnectionOnBorrow(true);
        pool.setValidationInterval(Duration.seconds(1));
        ManagedDataSource dataSource = pool.build(environment.metrics(), name);
        ((DataSourceProxy) dataSource).setDataSource(connections(settings));
        try {
            return new PostgresDatabase(
                    Databases.jdbi(environment, pool, dataSource, name),
                    (DataSourceProxy) dataSource,
                    settings.maxWait().toMilliseconds(),
                    environment.metrics().meter("database.retries"));
        } catch (SQLException e) {
            throw Databases.cannotBeOpened("database.url", settings, e);
        }
    }

    private static PostgresConnections connections(DatabaseSettings settings) {
        long seconds = (settings.maxWait().toMilliseconds() + 999) / 1000;
        return new PostgresConnections(
                settings,
                "latchkey",
                Map.of(
                        "connectTimeout",
                        Long.toString(seconds),
                        // The server ends a statement that takes too long; this is for one that has fallen silent.
                        "socketTimeout",
                        Long.toString(seconds + 1)),
                settings(settings.maxWait().toMilliseconds(), false));
    }

    /** The query that sets what Latchkey relies on, for one transaction or for a session. */
    private static String settings(long maxMillis, boolean isForTransaction) {
        return "SELECT set_config('statement_timeout', '" + maxMillis + "', " + isForTransaction + "),"
                // Where somebody has set it so, the server would acknowledge what is not on disk.
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
            try {
                return work.get();
            } catch (JdbiException e) {
                boolean lost = PostgresFailures.isConnectionLost(e);
                if (lost) {
                    // The others have most likely died with it.
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

    /** At random, so that those who were in each other's way don't meet again. */
    private static void pause(int attempt) {
        long maxMillis = (long) FIRST_PAUSE_MILLIS << (attempt - 1);
        Uninterruptibles.sleepUninterruptibly(
                ThreadLocalRandom.current().nextLong(maxMillis + 1), TimeUnit.MILLISECONDS);
    }
}
