package dev.latchkey.server.http;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps refusals back for a second: a client that retries without a pause would take the server's time from everybody else. No thread
 * waits meanwhile.
 */
public final class LateRefusals {
    static final Duration DELAY = Duration.ofSeconds(1);
    static final int MAX_WAITING = 1_000;

    /** Longer bodies would take the memory for bodies in transfer from others, as long as their requests last. */
    static final int MAX_BODY_BYTES = 2 << 10;

    private final ScheduledExecutorService timer;
    private final Semaphore places = new Semaphore(MAX_WAITING);

    LateRefusals(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** Has {@code answer} run later; false if so many wait that this one is to be answered at once. It must not throw. */
    boolean later(Runnable answer) {
        if (!places.tryAcquire()) {
            return false;
        }
        try {
            Future<?> unused = timer.schedule(
                    () -> {
                        places.release();
                        answer.run();
                    },
                    DELAY.toMillis(),
                    TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException stopped) {
            places.release();
            return false;
        }
    }

    /**
     * A complete stage with the result of {@code work}, or one that fails later if it is refused by a limit; throws what else it throws.
     *
     * @param bodyBytes the length of the request's body; negative if its client has not said it
     */
    public <T> CompletionStage<T> of(long bodyBytes, Supplier<T> work) {
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (Problem refusal) {
            boolean isLate =
                    refusal.code() == ErrorCode.TOO_MANY_REQUESTS && bodyBytes >= 0 && bodyBytes <= MAX_BODY_BYTES;
            CompletableFuture<T> stage = new CompletableFuture<>();
            if (isLate && later(() -> stage.completeExceptionally(refusal))) {
                return stage;
            }
            throw refusal;
        }
    }
}
