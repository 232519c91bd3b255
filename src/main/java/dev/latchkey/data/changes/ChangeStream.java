package dev.latchkey.data.changes;

import dev.latchkey.data.changes.StreamCounts.End;
import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.http.OpenResponse;
import dev.latchkey.server.problem.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that stays open and gives changes as server-sent events. It reads the next ones once the client has taken those before, so
 * it holds one page at most; a client that takes none is disconnected like every other slow one.
 */
final class ChangeStream implements Follower.Recipient {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);

    /** The contract promises 20 seconds. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(15).toNanos();

    /** The first write to a client that is gone still succeeds. */
    private static final int PROBES = 2;

    private final BiFunction<String, Long, ChangePage> changes;
    private final EventWriter events;
    private final OpenResponse response;
    private final StreamCounts counts;
    private final AtomicInteger probes = new AtomicInteger();
    private volatile long lastWrittenAt = System.nanoTime();
    private boolean hasBegun;

    /** {@code changes} reads those of a user after a revision. */
    ChangeStream(
            BiFunction<String, Long, ChangePage> changes,
            EventWriter events,
            OpenResponse response,
            StreamCounts counts) {
        this.changes = changes;
        this.events = events;
        this.response = response;
        this.counts = counts;
    }

    @Override
    public void serve(Follower follower) {
        try {
            if (response.isBroken()) {
                over(follower, End.DISCONNECTED);
            } else if (follower.isStopping()) {
                end(follower, End.SERVER_STOPPING);
            } else if (follower.standing() != Standing.VALID) {
                end(follower, follower.standing() == Standing.EXPIRED ? End.TOKEN_EXPIRED : End.SESSION_ENDED);
            } else if (response.isReady()) {
                goOn(follower);
            }
        } catch (IOException e) {
            LOG.debug("The client disconnected", e);
            over(follower, End.DISCONNECTED);
        }
    }

    private void goOn(Follower follower) throws IOException {
        if (follower.takeLag()) {
            try {
                send(follower, changes.apply(follower.userId(), follower.position()));
            } catch (UnavailableException e) {
                // The client has missed nothing yet. The next tick tries again.
                follower.lagAgain();
                LOG.debug("Cannot read changes now", e);
            } catch (Problem gone) {
                end(follower, End.CHANGES_GONE, gone.revision());
            }
        } else if (probes.getAndUpdate(left -> Math.max(0, left - 1)) > 0 || isSilent(System.nanoTime())) {
            write(events.position(follower.position()));
        }
    }

    private void send(Follower follower, ChangePage page) throws IOException {
        follower.moveTo(page.revision());
        if (!hasBegun || !page.changes().isEmpty()) {
            byte[] bytes = events.page(page, hasBegun);
            hasBegun = true;
            write(bytes);
            counts.sent(page.changes().size());
        }
        if (page.hasMore()) {
            // Once the client has taken these, or now if it has.
            follower.lagAgain();
            follower.nudge();
        }
    }

    private void write(byte[] bytes) throws IOException {
        lastWrittenAt = System.nanoTime();
        response.write(bytes);
    }

    private void end(Follower follower, End why) throws IOException {
        end(follower, why, follower.position());
    }

    private void end(Follower follower, End why, long revision) throws IOException {
        write(events.end(why, revision, hasBegun));
        over(follower, why);
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
        over(follower, End.FAILED);
    }
}
