package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.problem.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** A request that waits for the next changes, until a time from {@link System#nanoTime()}. */
final class LongPoll extends Follower {
    private final CompletableFuture<ChangePage> answer = new CompletableFuture<>();
    private final BiFunction<String, Long, ChangePage> changes;
    private final long deadline;
    private volatile boolean isStopping;

    /** {@code changes} reads those of a user after a revision. */
    LongPoll(Origin origin, BiFunction<String, Long, ChangePage> changes, long deadline, Executor workers) {
        super(origin, workers);
        this.changes = changes;
        this.deadline = deadline;
    }

    /** Completes with the next changes, or with none if there were none in time. */
    CompletableFuture<ChangePage> answer() {
        return answer;
    }

    @Override
    void work() {
        if (standing() != Standing.VALID) {
            fail(Problem.tokenInvalid());
            return;
        }
        try {
            if (takeLag()) {
                ChangePage page = changes.apply(userId(), position());
                if (!page.changes().isEmpty()) {
                    end(page);
                    return;
                }
                moveTo(page.revision());
            }
        } catch (Problem | UnavailableException e) {
            fail(e);
            return;
        }
        if (isStopping || System.nanoTime() - deadline >= 0) {
            end(new ChangePage(List.of(), position(), false));
        }
    }

    private void end(ChangePage page) {
        if (setOver()) {
            answer.complete(page);
        }
    }

    @Override
    void tick(long now) {
        if (now - deadline >= 0 || standing() != Standing.VALID) {
            nudge();
        }
    }

    @Override
    void stop() {
        isStopping = true;
        nudge();
    }

    /** Only an answer would show it. */
    @Override
    void probe() {}

    @Override
    void fail(Throwable cause) {
        if (setOver()) {
            answer.completeExceptionally(cause);
        }
    }
}
