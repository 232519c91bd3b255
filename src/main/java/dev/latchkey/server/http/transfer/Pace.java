package dev.latchkey.server.http.transfer;

import java.time.Duration;

/**
 * How fast bytes move. After a grace they must come at a least rate in every window of time, not on the whole: who sends
 * much and then falls silent has no credit.
 */
final class Pace {
    private final long minBytesPerWindow;
    private final long windowNanos;
    private long windowEnd;
    private long bytesInWindow;
    private long lastMovedAt;

    /** {@code start} and every other time is in {@link System#nanoTime()}; {@code minRate} in bytes a second. */
    Pace(long start, Duration grace, Duration window, long minRate) {
        this.windowNanos = window.toNanos();
        this.minBytesPerWindow = minRate * window.toSeconds();
        this.windowEnd = start + grace.toNanos();
        // What comes in the time of grace comes fast enough.
        this.bytesInWindow = minBytesPerWindow;
        this.lastMovedAt = start;
    }

    synchronized void moved(long bytes, long now) {
        bytesInWindow += bytes;
        lastMovedAt = now;
    }

    synchronized long lastMovedAt() {
        return lastMovedAt;
    }

    /** To be asked now and then; a window that has ended counts as soon as it is. */
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
