package dev.latchkey.server.database;

import com.google.common.base.Throwables;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** A write that one thread requests and another may run. */
final class PendingWrite<T> {
    private final Function<Handle, T> change;
    private final Waiter waiter;
    // When it may be given up.
    private final long deadline;
    // Set by the thread that begins the write or the one that gives it up, whichever is first.
    private final AtomicBoolean settled = new AtomicBoolean();
    private T result;
    private Throwable failure;
    // Publishes the two fields above.
    private volatile boolean completed;

    /** Who waits for a write. */
    interface Waiter {
        /** The write is completed, or the connection is free; or neither, which does no harm. */
        void wake();

        /** Whether it is a thread, which gives up by itself after it has waited for too long. */
        boolean isThread();
    }

    /** {@code maxWaitNanos} says how long it may wait until it begins. */
    PendingWrite(Function<Handle, T> change, long maxWaitNanos, Waiter waiter) {
        this.change = change;
        this.waiter = waiter;
        this.deadline = System.nanoTime() + maxWaitNanos;
    }

    void wakeWaiter() {
        waiter.wake();
    }

    boolean hasThread() {
        return waiter.isThread();
    }

    /** Whether it has waited for too long, and nobody else gives it up. */
    boolean isLate(long now) {
        return !hasThread() && deadline - now <= 0;
    }

    /** How much longer it may wait until it begins. */
    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /** Begins the write; false if it was given up. From now on, who waits for it waits until it is completed. */
    boolean begin() {
        return settled.compareAndSet(false, true);
    }

    /** Gives the write up; false if it has begun already. */
    boolean giveUp() {
        return settled.compareAndSet(false, true);
    }

    boolean isSettled() {
        return settled.get();
    }

    /** Runs the write, without completing it. Returns what it threw, or null. */
    Throwable run(Handle handle) {
        try {
            result = change.apply(handle);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        return failure;
    }

    /** Completes it with its own result or failure, which may depend on others of its group; so only after the commit. */
    void complete() {
        completed = true;
        wakeWaiter();
    }

    /** Completes it after its group has failed, or it was given up. */
    void fail(Throwable cause) {
        failure = cause;
        complete();
    }

    boolean isCompleted() {
        return completed;
    }

    /** Returns the result or throws the failure, once it is completed. */
    T result() {
        if (failure != null) {
            Throwables.throwIfUnchecked(failure);
            throw new IllegalStateException(failure);
        }
        return result;
    }
}
