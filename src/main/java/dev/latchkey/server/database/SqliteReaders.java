package dev.latchkey.server.database;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.threads.Workers;
import io.dropwizard.db.ManagedPooledDataSource;
import io.dropwizard.lifecycle.Managed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
    private final AtomicReferenceArray<Handle> idle;
    private volatile boolean isStopped;

    /** At most {@code max} of {@code connections}, which must use {@link KeptStatements}. */
    SqliteReaders(Jdbi connections, int max, long maxWaitMillis) {
        this.connections = connections;
        this.max = max;
        this.maxWaitMillis = maxWaitMillis;
        this.free = new Semaphore(max);
        this.idle = new AtomicReferenceArray<>(max);
    }

    /** Adds the gauges that Dropwizard's pools have. */
    void addTo(MetricRegistry metrics, String name) {
        String pool = MetricRegistry.name(ManagedPooledDataSource.class, name);
        metrics.register(pool + ".active", (Gauge<Integer>) () -> max - free.availablePermits());
        metrics.register(pool + ".idle", (Gauge<Integer>) this::idle);
        metrics.register(pool + ".size", (Gauge<Integer>) () -> max - free.availablePermits() + idle());
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
            Handle handle = takeIdle();
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

    /** The one that this thread has used last, if it is idle: what it needs is still in the processor's cache. */
    private Handle takeIdle() {
        int own = ownPlace();
        for (int i = 0; i < max; i++) {
            int place = (own + i) % max;
            Handle handle = idle.get(place) == null ? null : idle.getAndSet(place, null);
            if (handle != null) {
                return handle;
            }
        }
        return null;
    }

    /** False if there are too many: one may be opened while another is given back to a place that was looked at before. */
    private boolean keep(Handle handle) {
        int own = ownPlace();
        for (int i = 0; i < max; i++) {
            if (idle.compareAndSet((own + i) % max, null, handle)) {
                return true;
            }
        }
        return false;
    }

    private int ownPlace() {
        return (int) (Thread.currentThread().getId() % max);
    }

    private int idle() {
        int count = 0;
        for (int i = 0; i < max; i++) {
            count += idle.get(i) == null ? 0 : 1;
        }
        return count;
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
        if (!isSound || !keep(handle)) {
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
        for (Handle handle = takeIdle(); handle != null; handle = takeIdle()) {
            close(handle);
        }
    }
}
