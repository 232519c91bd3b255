package dev.latchkey.server.database;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.threads.Workers;
import io.dropwizard.db.ManagedPooledDataSource;
import io.dropwizard.lifecycle.Managed;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections for reading, each with its prepared statements, and for one thread at a time. Opened when they are needed.
 *
 * <p>Not a pool of Dropwizard's: what it does around each call, by reflection, takes as long as SQLite takes to find an entry.
 */
final class SqliteReaders implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteReaders.class);

    private final Jdbi connections;
    private final int max;
    private final long maxWaitMillis;
    private final Semaphore free;
    // The last one used comes first: so few are in use, and what they need is still in the processor's cache.
    private final ConcurrentLinkedDeque<Handle> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean isStopped;

    /** At most {@code max} of {@code connections}, which must use {@link KeptStatements}. */
    SqliteReaders(Jdbi connections, int max, long maxWaitMillis) {
        this.connections = connections;
        this.max = max;
        this.maxWaitMillis = maxWaitMillis;
        this.free = new Semaphore(max);
    }

    /** Adds the gauges that Dropwizard's pools have. */
    void addTo(MetricRegistry metrics, String name) {
        String pool = MetricRegistry.name(ManagedPooledDataSource.class, name);
        metrics.register(pool + ".active", (Gauge<Integer>) () -> max - free.availablePermits());
        metrics.register(pool + ".idle", (Gauge<Integer>) idle::size);
        metrics.register(pool + ".size", (Gauge<Integer>) () -> max - free.availablePermits() + idle.size());
        metrics.register(pool + ".waiting", (Gauge<Integer>) free::getQueueLength);
    }

    /**
     * Runs {@code query} on one of them.
     *
     * @throws UnavailableException if none becomes free in time
     */
    <T> T read(Function<Handle, T> query) {
        acquire();
        try {
            Handle handle = idle.pollFirst();
            if (handle == null) {
                handle = open();
            }
            boolean isSound = false;
            try {
                T result = query.apply(handle);
                // A transaction that is still open would see no later write.
                isSound = !handle.isInTransaction();
                return result;
            } finally {
                giveBack(handle, isSound);
            }
        } finally {
            free.release();
        }
    }

    private Handle open() {
        Handle handle = connections.open();
        try {
            handle.execute("PRAGMA query_only = true");
            return handle;
        } catch (JdbiException e) {
            close(handle);
            throw e;
        }
    }

    private void acquire() {
        try {
            if (!free.tryAcquire() && !awaitFree()) {
                throw new UnavailableException(new TimeoutException("all connections are in use"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException(e);
        }
    }

    private boolean awaitFree() throws InterruptedException {
        try (Workers.Wait ignored = Workers.waiting()) {
            return free.tryAcquire(maxWaitMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** After a failure nobody knows what state a connection is in. */
    private void giveBack(Handle handle, boolean isSound) {
        if (isSound) {
            idle.addFirst(handle);
        } else {
            close(handle);
        }
        if (isStopped) {
            stop();
        }
    }

    private static void close(Handle handle) {
        try {
            handle.close();
        } catch (JdbiException e) {
            LOG.warn("A connection for reading cannot be closed: {}", Failures.rootMessage(e));
        }
    }

    @Override
    public void stop() {
        isStopped = true;
        for (Handle handle = idle.pollFirst(); handle != null; handle = idle.pollFirst()) {
            close(handle);
        }
    }
}
