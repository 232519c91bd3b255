package dev.latchkey.http.transfer;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All bytes of bodies and answers that are in memory for clients. Where they would become too many, whichever transfer has
 * not moved for the longest time makes room.
 */
final class Transfers {
    private final long maxBytes;
    private final AtomicLong heldBytes = new AtomicLong();
    private final Set<Transfer> waiting = ConcurrentHashMap.newKeySet();
    private final Meter timedOut;
    private final Meter evicted;

    Transfers(long maxBytes, MetricRegistry metrics) {
        this.maxBytes = maxBytes;
        this.timedOut = metrics.meter("requests.transfers.timed-out");
        this.evicted = metrics.meter("requests.transfers.evicted");
        metrics.register("requests.transfers.waiting", (Gauge<Integer>) waiting::size);
        metrics.register("requests.transfers.bytes", (Gauge<Long>) heldBytes::get);
    }

    /** Takes memory, at the expense of other transfers that wait; false where there is none to be had. */
    boolean hold(long bytes) {
        long held = heldBytes.addAndGet(bytes);
        while (held > maxBytes) {
            Optional<Transfer> longest = waiting.stream().min(Comparator.comparingLong(Transfer::lastMovedAt));
            if (longest.isEmpty()) {
                heldBytes.addAndGet(-bytes);
                return false;
            }
            if (waiting.remove(longest.get())) {
                evicted.mark();
                longest.get().evict();
            }
            held = heldBytes.get();
        }
        return true;
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
                transfer.timeOut();
            }
        }
    }
}
