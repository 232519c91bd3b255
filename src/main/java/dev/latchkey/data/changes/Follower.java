package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Somebody who waits for changes of a user's data. Woken when there may be some, it has its recipient served by one of the workers, never
 * by two at once.
 *
 * <p>What needs the database is done by workers of its own: while it does not answer, streams are still kept open and ended.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** Between the changes that are given at once: a user who writes without a pause must not have each read by twenty streams. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Origin origin;
    private final Recipient recipient;
    private final Workers workers;
    private final Map<String, String> logFields = MDC.getCopyOfContextMap();
    private final AtomicInteger nudges = new AtomicInteger();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicBoolean mayLag = new AtomicBoolean(true);
    private volatile Runnable whenOver = () -> {};
    private volatile long servedAt = System.nanoTime() - PAUSE_NANOS;
    private volatile boolean isStopping;
    private volatile long head;
    private volatile long position;

    /**
     * Whose changes, and from where.
     *
     * @param standing how the access token stands
     */
    record Origin(String userId, long since, Supplier<Standing> standing) {}

    /**
     * Who does the work.
     *
     * @param reading with the database
     * @param serving without it
     */
    record Workers(Executor reading, Executor serving) {}

    Follower(Origin origin, Recipient recipient, Workers workers) {
        this.origin = origin;
        this.position = origin.since();
        this.recipient = recipient;
        this.workers = workers;
    }

    String userId() {
        return origin.userId();
    }

    /** How the access token stands now. */
    Standing standing() {
        return origin.standing().get();
    }

    /** The revision up to which the client has everything, or has been sent it. */
    long position() {
        return position;
    }

    void moveTo(long revision) {
        position = revision;
    }

    /** By how many revisions the client is behind, as far as is known. */
    long lag() {
        return Math.max(0, head - position);
    }

    /** The data is known to be at this revision. */
    void learn(long revision) {
        head = revision;
        if (revision != position) {
            mayLag.set(true);
            nudge();
        }
    }

    /** Whether there may be changes that were not looked for; asking takes note that they are. */
    boolean takeLag() {
        // In one step: what is learned in between would be forgotten.
        return mayLag.getAndSet(false);
    }

    /** There may be more changes. */
    void lagAgain() {
        mayLag.set(true);
    }

    boolean isOver() {
        return isOver.get();
    }

    /** Whether this call ended it. */
    boolean setOver() {
        boolean ended = !isOver.getAndSet(true);
        if (ended) {
            whenOver.run();
        }
        return ended;
    }

    /** Does {@code work} when it ends. To be called before it is woken for the first time. */
    void whenOver(Runnable work) {
        whenOver = work;
    }

    /** Has it look what there is to do. */
    void nudge() {
        if (nudges.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        long pause = servedAt + PAUSE_NANOS - System.nanoTime();
        Executor serving = workers.serving();
        submit(
                this::serve,
                pause > 0 ? CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS, serving) : serving);
    }

    private static void submit(Runnable work, Executor executor) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("The server is stopping, which closes all connections", e);
        }
    }

    private void serve() {
        int seen = nudges.get();
        AtomicBoolean canTake = new AtomicBoolean();
        work(() -> canTake.set(recipient.serve(this)));
        if (canTake.get() && mayLag.get() && !isOver()) {
            submit(
                    () -> {
                        work(() -> recipient.read(this));
                        done(seen);
                    },
                    workers.reading());
        } else {
            done(seen);
        }
    }

    private void work(Runnable work) {
        if (logFields != null) {
            MDC.setContextMap(logFields);
        }
        try {
            if (!isOver()) {
                work.run();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("Cannot go on with changes; the client has to begin again", e);
            recipient.fail(this, e);
        } finally {
            MDC.clear();
        }
    }

    private void done(int seen) {
        servedAt = System.nanoTime();
        // Not in a loop: others want to be served as well.
        if (nudges.addAndGet(-seen) != 0) {
            submit();
        }
    }

    /** To be called several times a second. Neither throws nor blocks. */
    void tick(long now) {
        if (mayLag.get() || standing() != Standing.VALID || recipient.isDue(now)) {
            nudge();
        }
    }

    /** The server stops. */
    void stop() {
        isStopping = true;
        nudge();
    }

    /** Whether the server stops. */
    boolean isStopping() {
        return isStopping;
    }

    /** Finds out soon whether the client is still there, if that is possible. */
    void probe() {
        recipient.probe();
        nudge();
    }

    boolean isStream() {
        return recipient.isStream();
    }
}
