package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.problem.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** A request that waits for the next changes, until a time from {@link System#nanoTime()}. */
final class LongPoll implements Follower.Recipient {
    private final CompletableFuture<ChangePage> answer = new CompletableFuture<>();
    private final BiFunction<String, Long, ChangePage> changes;
    private final long deadline;

    /** {@code changes} reads those of a user after a revision. */
    LongPoll(BiFunction<String, Long, ChangePage> changes, long deadline) {
        this.changes = changes;
        this.deadline = deadline;
    }

    /** Completes with the next changes, or with none if there were none in time. */
    CompletableFuture<ChangePage> answer() {
        return answer;
    }

    @Override
    public void serve(Follower follower) {
        if (follower.standing() != Standing.VALID) {
            fail(follower, Problem.tokenInvalid());
            return;
        }
        try {
            if (follower.takeLag()) {
                ChangePage page = changes.apply(follower.userId(), follower.position());
                // Where there are more, the copy is not exact yet, and the deadline may come before it is.
                if (!page.changes().isEmpty() || page.hasMore()) {
                    end(follower, page);
                    return;
                }
                follower.moveTo(page.revision());
            }
        } catch (Problem | UnavailableException e) {
            fail(follower, e);
            return;
        }
        if (follower.isStopping() || isDue(System.nanoTime())) {
            end(follower, new ChangePage(List.of(), follower.position(), false));
        }
    }

    private void end(Follower follower, ChangePage page) {
        if (follower.setOver()) {
            answer.complete(page);
        }
    }

    @Override
    public boolean isDue(long now) {
        return now - deadline >= 0;
    }

    /** Only an answer would show it. */
    @Override
    public void probe() {}

    @Override
    public void fail(Follower follower, Throwable cause) {
        if (follower.setOver()) {
            answer.completeExceptionally(cause);
        }
    }
}
