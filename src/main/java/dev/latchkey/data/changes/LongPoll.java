package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.problem.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request that waits for the next changes, until a time from {@link System#nanoTime()}. */
final class LongPoll implements Recipient {
    private final CompletableFuture<ChangePage> answer = new CompletableFuture<>();
    private final Changes changes;
    private final Selection selection;
    private final long deadline;
    private volatile boolean isAskedToLeave;

    LongPoll(Changes changes, Selection selection, long deadline) {
        this.changes = changes;
        this.selection = selection;
        this.deadline = deadline;
    }

    /** Completes with the next changes, or with none if there were none in time. */
    CompletableFuture<ChangePage> answer() {
        return answer;
    }

    @Override
    public boolean serve(Follower follower) {
        if (follower.standing() != Standing.VALID) {
            fail(follower, Problem.tokenInvalid());
        } else if (follower.isStopping() || isDue(System.nanoTime())) {
            end(follower, new ChangePage(List.of(), follower.position(), false));
        }
        return true;
    }

    @Override
    public void read(Follower follower) {
        if (!follower.takeLag()) {
            return;
        }
        try {
            ChangePage page = changes.after(follower.position(), follower.userId(), selection);
            // Where there are more, the copy is not exact yet, and the deadline may come before it is.
            if (!page.changes().isEmpty() || page.hasMore()) {
                end(follower, page);
            } else {
                follower.moveTo(page.revision());
            }
        } catch (Problem | UnavailableException e) {
            fail(follower, e);
        }
    }

    @Override
    public boolean isStream() {
        return false;
    }

    private void end(Follower follower, ChangePage page) {
        if (follower.setOver()) {
            answer.complete(page);
        }
    }

    @Override
    public boolean isDue(long now) {
        return isAskedToLeave || now - deadline >= 0;
    }

    /** Only an answer would show it. So it is answered, and can ask again. */
    @Override
    public void probe() {
        isAskedToLeave = true;
    }

    @Override
    public void fail(Follower follower, Throwable cause) {
        if (follower.setOver()) {
            answer.completeExceptionally(cause);
        }
    }
}
