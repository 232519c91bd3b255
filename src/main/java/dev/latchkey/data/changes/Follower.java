package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A client that waits for changes of its user's data. It is woken when there may be some, and then works on a thread of {@code workers},
 * never on two at once.
 */
abstract class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Origin origin;
    private final Executor workers;
    private final Map<String, String> logFields = MDC.getCopyOfContextMap();
    private final AtomicInteger nudges = new AtomicInteger();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile Runnable whenOver = () -> {};
    private final AtomicBoolean mayLag = new AtomicBoolean(true);
    private volatile long head;
    private volatile long position;

    /**
     * Whose changes, and from where.
     *
     * @param standing how the access token stands
     */
    record Origin(String userId, long since, Supplier<Standing> standing) {}

    Follower(Origin origin, Executor workers) {
        this.origin = origin;
        this.position = origin.since();
        this.workers = workers;
    }

    final String userId() {
        return origin.userId();
    }

    /** How the access token stands now. */
    final Standing standing() {
        return origin.standing().get();
    }

    /** The revision up to which the client has everything, or has been sent it. */
    final long position() {
        return position;
    }

    final void moveTo(long revision) {
        position = revision;
    }

    /** By how many revisions the client is behind, as far as is known. */
    final long lag() {
        return Math.max(0, head - position);
    }

    /** The data is known to be at this revision. */
    final void learn(long revision) {
        head = revision;
        if (revision != position) {
            mayLag.set(true);
            nudge();
        }
    }

    /** Whether there may be changes that were not looked for; asking takes note that they are. */
    final boolean takeLag() {
        // In one step: what is learned in between would be forgotten.
        return mayLag.getAndSet(false);
    }

    /** There may be more changes. */
    final void lagAgain() {
        mayLag.set(true);
    }

    /** Whether there may be changes that were not looked for. */
    final boolean mayLag() {
        return mayLag.get();
    }

    final boolean isOver() {
        return isOver.get();
    }

    /** Whether this call ended it. */
    final boolean setOver() {
        boolean ended = !isOver.getAndSet(true);
        if (ended) {
            whenOver.run();
        }
        return ended;
    }

    /** Does {@code work} when it ends. To be called before it is woken for the first time. */
    final void whenOver(Runnable work) {
        whenOver = work;
    }

    /** Has it look what there is to do. */
    final void nudge() {
        if (nudges.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        try {
            workers.execute(this::run);
        } catch (RejectedExecutionException e) {
            LOG.debug("The server is stopping, which closes all connections", e);
        }
    }

    private void run() {
        int seen = nudges.get();
        if (logFields != null) {
            MDC.setContextMap(logFields);
        }
        try {
            if (!isOver()) {
                work();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("Cannot go on with changes; the client has to begin again", e);
            fail(e);
        } finally {
            MDC.clear();
            // Not in a loop: others want to be served as well.
            if (nudges.addAndGet(-seen) != 0) {
                submit();
            }
        }
    }

    /** Does what there is to do, without waiting for the client. */
    abstract void work();

    /** To be called several times a second; {@code now} is from {@link System#nanoTime()}. Must not block. */
    abstract void tick(long now);

    /** The server stops. */
    abstract void stop();

    /** Finds out soon whether the client is still there, if that is possible. */
    abstract void probe();

    /** Ends it without an explanation. */
    abstract void fail(Throwable cause);
}
