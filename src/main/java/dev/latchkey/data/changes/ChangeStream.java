package dev.latchkey.data.changes;

import dev.latchkey.data.changes.StreamCounts.End;
import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.http.OpenResponse;
import dev.latchkey.server.problem.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that stays open and gives changes as server-sent events. It reads the next ones once the client has taken those before, so
 * it holds one page at most; a client that takes none is disconnected like every other slow one.
 */
final class ChangeStream implements Recipient {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);

    /** The contract promises 20 seconds. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(12).toNanos();

    /** The first write to a client that is gone still succeeds. */
    private static final int PROBES = 2;

    private final Changes changes;
    private final Selection selection;
    private final EventWriter events;
    private final OpenResponse response;
    private final StreamCounts counts;
    private final AtomicInteger probes = new AtomicInteger();
    private volatile long lastWrittenAt = System.nanoTime();
    private volatile boolean hasBegun;

    /** Whether the client was told that it has everything up to its position. */
    private volatile boolean isExact;

    ChangeStream(Changes changes, Selection selection, EventWriter events, OpenResponse response, StreamCounts counts) {
        this.changes = changes;
        this.selection = selection;
        this.events = events;
        this.response = response;
        this.counts = counts;
    }

    @Override
    public boolean serve(Follower follower) {
        Standing standing = follower.standing();
        if (response.isBroken()) {
            over(follower, End.DISCONNECTED);
        } else if (follower.isStopping()) {
            end(follower, End.SERVER_STOPPING, follower.position());
        } else if (standing != Standing.VALID) {
            end(follower, ofToken(standing), follower.position());
        } else if (response.isReady()) {
            boolean isProbed = probes.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            if (isProbed || isSilent(System.nanoTime())) {
                write(follower, isExact ? events.position(follower.position()) : events.comment());
            }
            return !changes.areDown();
        }
        return false;
    }

    private static End ofToken(Standing standing) {
        return standing == Standing.EXPIRED ? End.TOKEN_EXPIRED : End.SESSION_ENDED;
    }

    @Override
    public void read(Follower follower) {
        if (changes.areDown() || !response.isReady() || !follower.takeLag()) {
            return;
        }
        try {
            give(follower, changes.after(follower.position(), follower.userId(), selection));
        } catch (UnavailableException e) {
            // The client has missed nothing yet. A later tick tries again.
            follower.lagAgain();
            LOG.debug("Cannot read changes now", e);
        } catch (Problem gone) {
            end(follower, End.CHANGES_GONE, gone.revision());
        }
    }

    private void give(Follower follower, ChangePage page) {
        follower.moveTo(page.revision());
        boolean isNews = !page.changes().isEmpty() || !isExact;
        isExact = !page.hasMore();
        if (isNews) {
            byte[] bytes = events.page(page, hasBegun);
            hasBegun = true;
            write(follower, bytes);
            counts.sent(page.changes().size());
        }
        if (page.hasMore()) {
            // Once the client has taken these, or now if it has.
            follower.lagAgain();
            follower.nudge();
        }
    }

    @Override
    public boolean isStream() {
        return true;
    }

    private void end(Follower follower, End why, long revision) {
        if (write(follower, events.end(why, revision, hasBegun))) {
            over(follower, why);
        }
    }

    private boolean write(Follower follower, byte[] bytes) {
        lastWrittenAt = System.nanoTime();
        try {
            response.write(bytes);
            return true;
        } catch (IOException e) {
            LOG.debug("The client disconnected", e);
            over(follower, End.DISCONNECTED);
            return false;
        }
    }

    private void over(Follower follower, End why) {
        if (follower.setOver()) {
            counts.ended(why);
            try {
                response.close();
            } catch (IOException e) {
                LOG.debug("The client disconnected", e);
            }
        }
    }

    /** The response is over. */
    void leave(Follower follower) {
        if (follower.setOver()) {
            counts.ended(End.DISCONNECTED);
        }
    }

    private boolean isSilent(long now) {
        return now - lastWrittenAt >= SILENCE_NANOS;
    }

    @Override
    public boolean isDue(long now) {
        return probes.get() > 0 || isSilent(now) || response.isBroken();
    }

    @Override
    public void probe() {
        probes.set(PROBES);
    }

    @Override
    public void fail(Follower follower, Throwable cause) {
        // The client must not take it for the end of the stream.
        response.abort();
        over(follower, End.FAILED);
    }
}
