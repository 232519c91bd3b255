package dev.latchkey.testing;

import com.google.common.base.Throwables;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** Waits for the stage, for 100 seconds at most, and returns its result or throws its failure, as it is. */
    public static <T> T result(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(MAX_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(e.getCause());
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("This stage is not complete", e);
        }
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
