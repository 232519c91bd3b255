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
 * All bytes of bodies and answers that are in memory for clients. Where they would become too many, whichever transfer has
 * not moved for the longest time makes room.
 */
final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private final long maxBytes;
    private final Executor executor;
    private final AtomicLong heldBytes = new AtomicLong();
    private final Set<Transfer> waiting = ConcurrentHashMap.newKeySet();
    private final Meter timedOut;
    private final Meter evicted;

    /** {@code executor} ends what has to make room. */
    Transfers(long maxBytes, Executor executor, MetricRegistry metrics) {
        this.maxBytes = maxBytes;
        this.executor = executor;
        this.timedOut = metrics.meter("requests.transfers.timed-out");
        this.evicted = metrics.meter("requests.transfers.evicted");
        metrics.register("requests.transfers.waiting", (Gauge<Integer>) waiting::size);
        metrics.register("requests.transfers.bytes", (Gauge<Long>) heldBytes::get);
    }

    /** Takes memory, at the expense of other transfers that wait; false where there is none to be had. */
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
        // At once, or others would be evicted for the same bytes.
        transfer.drop();
        try {
            // To end it is to write an answer, which needs memory, for which others are evicted: one after the other,
            // not one inside the other.
            executor.execute(() -> end(transfer::evict));
        } catch (RejectedExecutionException e) {
            LOG.debug("The server stops, and ends all connections", e);
        }
    }

    /** It may be over, and its request forgotten, before it is told. The others have to be told all the same. */
    private static void end(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error e) {
            LOG.debug("It was over already", e);
        }
    }

    /** Takes memory that cannot be done without. */
    void holdAnyway(long bytes) {
        heldBytes.addAndGet(bytes);
    }

    void release(long bytes) {
        heldBytes.addAndGet(-bytes);
    }

    /** From now on it depends on its client. */
    void await(Transfer transfer) {
        waiting.add(transfer);
    }

    /** It depends on its client no more; false where somebody has ended it meanwhile, or it never did. */
    boolean done(Transfer transfer) {
        return waiting.remove(transfer);
    }

    /** To be called now and then, in {@link System#nanoTime()}. */
    void timeOutSlowOnes(long now) {
        for (Transfer transfer : List.copyOf(waiting)) {
            if (transfer.isTooSlow(now) && waiting.remove(transfer)) {
                timedOut.mark();
                end(transfer::timeOut);
            }
        }
    }
}
