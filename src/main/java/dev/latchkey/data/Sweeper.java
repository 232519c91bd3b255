package dev.latchkey.data;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;

/**
 * Deletes expired entries, old tombstones and what was kept of old requests, step by step. It pauses after each step for as long as that
 * took, so that it takes at most half of the time of the one writer that SQLite has, however much there is to delete.
 */
final class Sweeper {
    private final SweepStore store;
    private final Duration tombstoneLifetime;
    private final Clock clock;
    private final Meter entries;
    private final Meter tombstones;
    private final Meter idempotencyKeys;

    /** Has metrics under {@code data.swept.*}. */
    Sweeper(SweepStore store, Duration tombstoneLifetime, Clock clock, MetricRegistry metrics) {
        this.store = store;
        this.tombstoneLifetime = tombstoneLifetime;
        this.clock = clock;
        this.entries = metrics.meter("data.swept.entries");
        this.tombstones = metrics.meter("data.swept.tombstones");
        this.idempotencyKeys = metrics.meter("data.swept.idempotency-keys");
    }

    /** Deletes the entries that have expired. Several servers may do so at once, also with the other method. */
    void sweepEntries() {
        Instant now = clock.instant();
        sweep(entries, () -> store.sweepEntries(now));
    }

    /** Deletes everything else that is due. */
    void sweepRest() {
        Instant now = clock.instant();
        sweep(tombstones, () -> store.sweepTombstones(now.minus(tombstoneLifetime)));
        sweep(idempotencyKeys, () -> store.sweepIdempotencyKeys(now.minus(Entries.IDEMPOTENCY)));
    }

    private static void sweep(Meter meter, IntSupplier step) {
        while (!Thread.currentThread().isInterrupted()) {
            long begun = System.nanoTime();
            int swept = step.getAsInt();
            meter.mark(swept);
            if (swept < SweepStore.STEP) {
                return;
            }
            Uninterruptibles.sleepUninterruptibly(Duration.ofNanos(System.nanoTime() - begun));
        }
    }
}
