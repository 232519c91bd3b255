package dev.latchkey.credentials;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The cost of hashing passwords: for this machine, and for an attacker who has the hashes.
 *
 * @param threads how many passwords are hashed at once; 0, the default, is one for each processor, or fewer if they would take more
 *     than a quarter of the heap
 * @param queue how many more may wait; beyond that, requests get 503. Keep it below the server's threads, or waiting log-ins
 *     leave none for other requests
 * @param memory KiB of heap that each thread takes; no less than the default, which OWASP recommends together with two
 *     passes
 * @param passes the number of passes over that memory
 */
public record PasswordSettings(
        @Min(0) @Max(256) int threads,
        @Min(1) @Max(10_000) int queue,
        @Min(DEFAULT_MEMORY) @Max(1 << 20) int memory,
        @Min(DEFAULT_PASSES) @Max(64) int passes) {
    private static final int DEFAULT_QUEUE = 64;
    private static final int DEFAULT_MEMORY = 19 << 10;
    private static final int DEFAULT_PASSES = 2;

    public PasswordSettings {
        queue = queue == 0 ? DEFAULT_QUEUE : queue;
        memory = memory == 0 ? DEFAULT_MEMORY : memory;
        threads = threads == 0 ? threads(Runtime.getRuntime(), memory) : threads;
        passes = passes == 0 ? DEFAULT_PASSES : passes;
    }

    /** Each thread takes its memory from the heap, which a small server on many processors does not have. */
    private static int threads(Runtime machine, int memory) {
        long room = machine.maxMemory() / 4 / (memory * 1024L);
        return (int) Math.max(1, Math.min(machine.availableProcessors(), room));
    }

    /** All processors and a short queue; 19 MiB and two passes. */
    public static PasswordSettings defaults() {
        return new PasswordSettings(0, 0, 0, 0);
    }
}
