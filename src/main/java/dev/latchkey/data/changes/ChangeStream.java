package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.http.OpenResponse;
import dev.latchkey.server.problem.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that stays open and gives changes as server-sent events. It reads the next ones once the client has taken those before, so
 * it holds one page at most; a client that takes none is disconnected like every other slow one.
 */
final class ChangeStream extends Follower {
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
    private volatile boolean isStopping;
    private boolean hasBegun;

    /** {@code changes} reads those of a user after a revision. */
    ChangeStream(
            Origin origin,
            BiFunction<String, Long, ChangePage> changes,
            EventWriter events,
            OpenResponse response,
            Output output) {
        super(origin, output.workers());
        this.changes = changes;
        this.events = events;
        this.response = response;
        this.counts = output.counts();
    }

    /** Who writes, and who counts what was written. */
    record Output(Executor workers, StreamCounts counts) {}

    @Override
    void work() {
        try {
            if (response.isBroken()) {
                over(StreamCounts.End.DISCONNECTED);
            } else if (isStopping) {
                end(StreamCounts.End.SERVER_STOPPING);
            } else if (standing() != Standing.VALID) {
                end(standing() == Standing.EXPIRED ? StreamCounts.End.TOKEN_EXPIRED : StreamCounts.End.SESSION_ENDED);
            } else if (response.isReady()) {
                goOn();
            }
        } catch (IOException e) {
            LOG.debug("The client disconnected", e);
            over(StreamCounts.End.DISCONNECTED);
        }
    }

    private void goOn() throws IOException {
        if (takeLag()) {
            try {
                send(changes.apply(userId(), position()));
            } catch (UnavailableException e) {
                // The client has missed nothing yet. The next tick tries again.
                lagAgain();
                LOG.debug("Cannot read changes now", e);
            } catch (Problem gone) {
                end(StreamCounts.End.CHANGES_GONE);
            }
        } else if (probes.getAndUpdate(left -> Math.max(0, left - 1)) > 0 || isSilent(System.nanoTime())) {
            write(events.position(position()));
        }
    }

    private void send(ChangePage page) throws IOException {
        if (page.hasMore()) {
            lagAgain();
        }
        if (hasBegun && page.changes().isEmpty()) {
            moveTo(page.revision());
            return;
        }
        byte[] bytes = events.page(page, hasBegun);
        hasBegun = true;
        moveTo(page.revision());
        counts.sent(page.changes().size());
        write(bytes);
        if (page.hasMore() && response.isReady()) {
            nudge();
        }
    }

    private void write(byte[] bytes) throws IOException {
        lastWrittenAt = System.nanoTime();
        response.write(bytes);
    }

    private void end(StreamCounts.End why) throws IOException {
        write(events.end(why, position(), hasBegun));
        over(why);
    }

    private void over(StreamCounts.End why) {
        if (setOver()) {
            counts.ended(why);
            try {
                response.close();
            } catch (IOException e) {
                LOG.debug("The client disconnected", e);
            }
        }
    }

    /** The response is over. */
    void leave() {
        if (setOver()) {
            counts.ended(StreamCounts.End.DISCONNECTED);
        }
    }

    private boolean isSilent(long now) {
        return now - lastWrittenAt >= SILENCE_NANOS;
    }

    @Override
    void tick(long now) {
        if (mayLag() || probes.get() > 0 || isSilent(now) || response.isBroken() || standing() != Standing.VALID) {
            nudge();
        }
    }

    @Override
    void stop() {
        isStopping = true;
        nudge();
    }

    @Override
    void probe() {
        probes.set(PROBES);
    }

    @Override
    void fail(Throwable cause) {
        over(StreamCounts.End.FAILED);
    }
}
