package dev.latchkey.server.database;

import com.google.common.base.Throwables;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** A write that one thread requests and another may run. */
final class PendingWrite<T> {
    private final Function<Handle, T> change;
    private final Thread owner = Thread.currentThread();
    // Set by the thread that begins the write or the one that gives it up, whichever is first.
    private final AtomicBoolean settled = new AtomicBoolean();
    private T result;
    private Throwable failure;
    // Publishes the two fields above.
    private volatile boolean completed;

    PendingWrite(Function<Handle, T> change) {
        this.change = change;
    }

    /** Begins the write; false if it was given up. From now on, its owner waits until it is completed. */
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
        wakeOwner();
    }

    /** Completes it after its group has failed. */
    void fail(Throwable cause) {
        failure = cause;
        complete();
    }

    void wakeOwner() {
        if (owner != Thread.currentThread()) {
            LockSupport.unpark(owner);
        }
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
