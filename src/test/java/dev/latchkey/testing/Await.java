package dev.latchkey.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other threads or processes do, without taking the processor from them, and never for ever. */
public final class Await {
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(100);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Await() {}

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    /** Fails if the thread is interrupted, as JUnit does with what takes too long, or after 100 seconds, which is less than JUnit's. */
    public static <E extends Exception> void until(Condition<E> condition) throws E {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted: this has not come true");
            }
            if (System.nanoTime() - begun > MAX_NANOS) {
                throw new AssertionError("This has not come true in time");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
