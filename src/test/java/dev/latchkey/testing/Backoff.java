package dev.latchkey.testing;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How a well-made client waits between its attempts: without it, fifty that begin at once would mostly be in each other's way. */
public final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MAX_DOUBLINGS = 5;

    private Backoff() {}

    /** Waits for a random time, longer on average after each attempt; the first attempt is 0. */
    public static void after(int attempt) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(FIRST_NANOS << Math.min(attempt, MAX_DOUBLINGS)));
    }
}
