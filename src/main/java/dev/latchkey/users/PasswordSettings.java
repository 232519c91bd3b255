package dev.latchkey.users;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How much of the machine hashing passwords may take.
 *
 * @param threads how many passwords are hashed at once; 0, the default, is half of the processors
 * @param queue how many more may wait; one more is answered 503. Keep it below the server's threads, or waiting log-ins
 *     leave none for the data
 */
public record PasswordSettings(
        @Min(0) @Max(256) int threads, @Min(1) @Max(10_000) int queue) {
    private static final int DEFAULT_QUEUE = 64;

    public PasswordSettings {
        threads = threads == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
        queue = queue == 0 ? DEFAULT_QUEUE : queue;
    }

    /** Half of the processors and a short queue. */
    public static PasswordSettings defaults() {
        return new PasswordSettings(0, 0);
    }
}
