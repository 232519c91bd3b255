package dev.latchkey.database;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.problem.Problem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** A write on its way: from the thread that wants it to the one that does it, and back. */
final class PendingWrite<T> {
    private final Function<Handle, T> change;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    // Either it is begun or it is given up; the two threads settle it here.
    private final AtomicBoolean settled = new AtomicBoolean();
    private T result;
    private Throwable failure;

    PendingWrite(Function<Handle, T> change) {
        this.change = change;
    }

    /** Whether it is still wanted. From here on, whoever wants it waits until it is answered. */
    boolean begin() {
        return settled.compareAndSet(false, true);
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
        if (failure == null) {
            answer.complete(result);
        } else {
            answer.completeExceptionally(failure);
        }
    }

    /** The answer when its group is lost. */
    void answerLost(Throwable cause) {
        answer.completeExceptionally(cause);
    }

    /**
     * The answer, as soon as there is one.
     *
     * @throws Problem UNAVAILABLE if the write was not begun within {@code maxWait}; then it never is
     */
    T await(Duration maxWait) {
        try {
            try {
                return Uninterruptibles.getUninterruptibly(answer, maxWait);
            } catch (TimeoutException e) {
                if (begin()) {
                    throw Problem.unavailable(e);
                }
                return Uninterruptibles.getUninterruptibly(answer);
            }
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(e.getCause());
            throw new IllegalStateException(e.getCause());
        }
    }
}
