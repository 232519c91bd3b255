package dev.latchkey.data.changes;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/**
 * How many may follow changes at once, by a stream or by a request that waits.
 *
 * @param maxStreamsPerUser those of one user
 * @param maxStreams those of all users; null for as many as the heap has room for
 */
public record ChangesSettings(
        @NotNull @Min(1) @Max(10_000) Integer maxStreamsPerUser,

        @Min(1) @Max(1_000_000) Integer maxStreams) {
    /** What an open stream takes at most while nothing is sent. */
    private static final long HEAP_BYTES_FOR_A_STREAM = 24 << 10;

    public ChangesSettings {
        maxStreamsPerUser = maxStreamsPerUser == null ? 20 : maxStreamsPerUser;
    }

    /** 20 of a user. */
    public static ChangesSettings defaults() {
        return new ChangesSettings(null, null);
    }

    /** The limit of all, half of the heap at most. */
    int streams() {
        long fitting = Runtime.getRuntime().maxMemory() / 2 / HEAP_BYTES_FOR_A_STREAM;
        return maxStreams == null ? (int) Math.min(100_000, fitting) : maxStreams;
    }
}
