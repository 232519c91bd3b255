package dev.latchkey.tokens;

import dev.latchkey.sessions.KnownEndings;
import dev.latchkey.sessions.Sessions;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what other servers on the same database do, and clears away what has expired.
 *
 * <p>Several times a second it asks for sessions that have ended and for signing keys; that is what makes a token that another
 * server has revoked void here within a second.
 */
public final class Upkeep implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration FOLLOWING = Duration.ofMillis(300);
    private static final Duration CLEARING = Duration.ofMinutes(1);

    private final KnownEndings endings;
    private final StoredSigningKeys keys;
    private final Sessions sessions;
    // One for each work, so that none holds up following: clearing away waits for the database with all requests.
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4, work -> {
        Thread thread = new Thread(work, "upkeep");
        thread.setDaemon(true);
        return thread;
    });

    public Upkeep(KnownEndings endings, StoredSigningKeys keys, Sessions sessions) {
        this.endings = endings;
        this.keys = keys;
        this.sessions = sessions;
    }

    @Override
    public void start() {
        endings.follow();
        repeat(FOLLOWING, "Cannot follow which sessions have ended", endings::follow);
        repeat(FOLLOWING, "Cannot follow which signing keys there are", keys::follow);
        repeat(CLEARING, "Cannot change signing keys", keys::maintain);
        repeat(CLEARING, "Cannot clear away what has expired", () -> {
            endings.forget();
            sessions.clear();
        });
    }

    @Override
    public void stop() {
        threads.shutdownNow();
    }

    private void repeat(Duration pause, String failure, Runnable work) {
        AtomicBoolean failing = new AtomicBoolean();
        // What the future would tell is logged.
        Future<?> unused = threads.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                        failing.set(false);
                    } catch (RuntimeException | Error e) {
                        // Thrown on, it would end the repetition for good, and nothing that others revoke would be
                        // refused here any more; a database that is away comes back, and so does memory.
                        if (!failing.getAndSet(true)) {
                            LOG.warn("{}: {}", failure, e.toString());
                        }
                    }
                },
                0,
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }
}
