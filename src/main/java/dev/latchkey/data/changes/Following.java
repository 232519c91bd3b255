package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.http.OpenResponse;
import dev.latchkey.server.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives users the changes of their data: those that there are, the next ones, or all as they happen. */
final class Following {
    private static final long MAX_ANSWER_BYTES = 1 << 20;

    /** What one stream may hold in memory. */
    private static final Selection OF_STREAM = new Selection(500, 128 << 10, true);

    private final Changes changes;
    private final Followers followers;
    private final AccessTokens tokens;
    private final Output output;

    /** Who writes, how, and who counts what was written. */
    record Output(EventWriter events, StreamCounts counts, Follower.Workers workers) {}

    Following(Changes changes, Followers followers, AccessTokens tokens, Output output) {
        this.changes = changes;
        this.followers = followers;
        this.tokens = tokens;
        this.output = output;
    }

    /**
     * For the changes of a user after {@code since}.
     *
     * @param authorization the {@code Authorization} headers of the request
     * @throws Problem INVALID_TOKEN if the access token is not valid any more
     */
    Reader reader(String userId, long since, boolean withValues, List<String> authorization) {
        return new Reader(
                new Follower.Origin(userId, since, tokens.follow(authorization).orElseThrow(Problem::tokenInvalid)),
                withValues);
    }

    /** Reads the changes of one user after one revision. */
    final class Reader {
        private final Follower.Origin origin;
        private final boolean withValues;

        private Reader(Follower.Origin origin, boolean withValues) {
            this.origin = origin;
            this.withValues = withValues;
        }

        /**
         * The next changes, at most {@code limit}. If there are none, waits for some; no thread does.
         *
         * @throws Problem CHANGES_GONE; TOO_MANY_REQUESTS or UNAVAILABLE if too many wait already
         */
        CompletionStage<ChangePage> next(int limit, Duration wait) {
            Selection selection = new Selection(limit, MAX_ANSWER_BYTES, withValues);
            ChangePage page = changes.after(origin.since(), origin.userId(), selection);
            if (!page.changes().isEmpty() || page.hasMore() || wait.isZero()) {
                return CompletableFuture.completedFuture(page);
            }
            LongPoll poll = new LongPoll(changes, selection, System.nanoTime() + wait.toNanos());
            Follower follower = new Follower(origin, poll, output.workers());
            followers.add(follower);
            follower.nudge();
            return poll.answer();
        }

        /**
         * Writes the changes to the response, and those to come as they happen.
         *
         * @throws Problem CHANGES_GONE; TOO_MANY_REQUESTS or UNAVAILABLE if there are too many streams already
         */
        void stream(OpenResponse response) {
            followers.requireRoom(origin.userId());
            changes.after(origin.since(), origin.userId(), new Selection(1, 0, false));
            Selection selection = new Selection(OF_STREAM.limit(), OF_STREAM.maxBytes(), withValues);
            ChangeStream stream = new ChangeStream(changes, selection, output.events(), response, output.counts());
            Follower follower = new Follower(origin, stream, output.workers());
            followers.add(follower);
            // Only now: a response that refuses the stream is one like every other.
            response.atEnd(() -> stream.leave(follower));
            response.whenReady(follower::nudge);
            follower.nudge();
        }
    }
}
