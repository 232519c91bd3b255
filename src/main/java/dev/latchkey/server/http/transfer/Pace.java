package dev.latchkey.server.http.transfer;

import java.time.Duration;

/**
 * Measures how fast bytes move. After a grace period, every time window must have a min rate. An average over the whole transfer would
 * let a client send much and then stall.
 */
final class Pace {
    private final long graceNanos;
    private final long minBytesPerWindow;
    private final long windowNanos;
    private long windowEnd;
    private long bytesInWindow;
    private long lastMovedAt;

    /** {@code start} and all other times are from {@link System#nanoTime()}; {@code minRate} is in bytes a second. */
    Pace(long start, Duration grace, Duration window, long minRate) {
        this.graceNanos = grace.toNanos();
        this.windowNanos = window.toNanos();
        this.minBytesPerWindow = minRate * window.toSeconds();
        restart(start);
    }

    /** Begins with another grace period: there was nothing to move. */
    final synchronized void restart(long now) {
        windowEnd = now + graceNanos;
        // During the grace period, every rate is fast enough.
        bytesInWindow = minBytesPerWindow;
        lastMovedAt = now;
    }

    synchronized void moved(long bytes, long now) {
        bytesInWindow += bytes;
        lastMovedAt = now;
    }

    /** The last {@code nanos} do not count: it was not the bytes that were waited for. */
    synchronized void pausedFor(long nanos) {
        windowEnd += nanos;
    }

    synchronized long lastMovedAt() {
        return lastMovedAt;
    }

    /** To be called periodically: it evaluates windows that have ended. */
    synchronized boolean isTooSlow(long now) {
        if (now - windowEnd < 0) {
            return false;
        }
        boolean isTooSlow = bytesInWindow < minBytesPerWindow;
        windowEnd = now + windowNanos;
        bytesInWindow = 0;
        return isTooSlow;
    }
}
