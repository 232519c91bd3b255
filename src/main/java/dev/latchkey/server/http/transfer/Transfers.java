package dev.latchkey.server.http.transfer;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for the memory of all bodies and responses in flight. When it is used up, the transfer that has not moved for the longest
 * time is evicted.
 */
final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private final long maxBytes;
    private final Executor executor;
    private final AtomicLong heldBytes = new AtomicLong();
    private final Set<Transfer> waiting = ConcurrentHashMap.newKeySet();
    private final Meter timedOut;
    private final Meter evicted;

    /** {@code executor} runs evictions. */
    Transfers(long maxBytes, Executor executor, MetricRegistry metrics) {
        this.maxBytes = maxBytes;
        this.executor = executor;
        this.timedOut = metrics.meter("requests.transfers.timed-out");
        this.evicted = metrics.meter("requests.transfers.evicted");
        metrics.register("requests.transfers.waiting", (Gauge<Integer>) waiting::size);
        metrics.register("requests.transfers.bytes", (Gauge<Long>) heldBytes::get);
    }

    /** Takes memory, and evicts waiting transfers for it if needed; returns false if that is not enough. */
    boolean hold(long bytes) {
        long held = heldBytes.addAndGet(bytes);
        while (held > maxBytes) {
            Optional<Transfer> longest = waiting.stream()
                    .filter(transfer -> transfer.held() > 0)
                    .min(Comparator.comparingLong(Transfer::lastMovedAt));
            if (longest.isEmpty()) {
                heldBytes.addAndGet(-bytes);
                return false;
            }
            evict(longest.get());
            held = heldBytes.get();
        }
        return true;
    }

    private void evict(Transfer transfer) {
        if (!waiting.remove(transfer)) {
            return;
        }
        evicted.mark();
        // Releases the memory at once, or others would be evicted for the same bytes.
        transfer.drop();
        try {
            // Ending it writes an error response, which needs memory and may evict others. The executor makes that
            // sequential, not recursive.
            executor.execute(() -> end(transfer::evict));
        } catch (RejectedExecutionException e) {
            LOG.debug("The server is stopping, which closes all connections", e);
        }
    }

    /** Catches failures, because the transfer may be over already, and the others must be ended nevertheless. */
    private static void end(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error e) {
            LOG.debug("The transfer was over already", e);
        }
    }

    /** Takes memory even beyond the limit. */
    void holdUnconditionally(long bytes) {
        heldBytes.addAndGet(bytes);
    }

    void release(long bytes) {
        heldBytes.addAndGet(-bytes);
    }

    /** From now on, the transfer waits for its client. */
    void await(Transfer transfer) {
        waiting.add(transfer);
    }

    /** The transfer no longer waits for its client; false if it was ended meanwhile, or never waited. */
    boolean done(Transfer transfer) {
        return waiting.remove(transfer);
    }

    /** To be called periodically; {@code now} is from {@link System#nanoTime()}. */
    void timeOutSlowOnes(long now) {
        for (Transfer transfer : List.copyOf(waiting)) {
            if (transfer.isTooSlow(now) && waiting.remove(transfer)) {
                timedOut.mark();
                end(transfer::timeOut);
            }
        }
    }
}
