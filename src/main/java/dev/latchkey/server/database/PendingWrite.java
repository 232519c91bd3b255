package dev.latchkey.server.database;

import com.google.common.base.Throwables;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** A write on its way: from the thread that wants it to the one that does it, and back. */
final class PendingWrite<T> {
    private final Function<Handle, T> change;
    private final Thread owner = Thread.currentThread();
    // Either it is begun or it is given up; the two threads settle it here.
    private final AtomicBoolean settled = new AtomicBoolean();
    private T result;
    private Throwable failure;
    // Makes the two above visible.
    private volatile boolean answered;

    PendingWrite(Function<Handle, T> change) {
        this.change = change;
    }

    /** Whether it is still wanted. From here on, its owner waits until it is answered. */
    boolean begin() {
        return settled.compareAndSet(false, true);
    }

    /** Whether it will never be done. If not, it is begun already. */
    boolean giveUp() {
        return settled.compareAndSet(false, true);
    }

    boolean isSettled() {
        return settled.get();
    }

    /** Does it, without an answer yet. Returns what it threw, or null. */
    Throwable run(Handle handle) {
        try {
            result = change.apply(handle);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        return failure;
    }

    /** Its own result or failure. Both may rest on what others of its group wrote, so this has to come after the commit. */
    void answer() {
        answered = true;
        wakeOwner();
    }

    /** The answer when its group is lost. */
    void answerLost(Throwable cause) {
        failure = cause;
        answer();
    }

    void wakeOwner() {
        if (owner != Thread.currentThread()) {
            LockSupport.unpark(owner);
        }
    }

    boolean isAnswered() {
        return answered;
    }

    /** Once it is answered: the result, or what was thrown instead. */
    T result() {
        if (failure != null) {
            Throwables.throwIfUnchecked(failure);
            throw new IllegalStateException(failure);
        }
        return result;
    }
}
