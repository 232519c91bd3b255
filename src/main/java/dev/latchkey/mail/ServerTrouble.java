package dev.latchkey.mail;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the mail server. While it cannot be reached, nobody tries but one thread, now and then, and no mail is touched: there
 * may be any number of them.
 */
final class ServerTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTrouble.class);

    private final Backoff backoff =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> ThreadLocalRandom.current()
                    .nextDouble());
    private final LongSupplier nanos;
    private int failures;
    private long pausedUntil;
    private boolean probing;

    /** {@code nanos} is a clock as {@link System#nanoTime}. */
    ServerTrouble(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether the last attempt to reach the server failed. */
    synchronized boolean isPausing() {
        return failures > 0;
    }

    /** Whether the caller may try now, which it then says the end of, by {@link #tried}. */
    synchronized boolean mayTry() {
        if (failures == 0) {
            return true;
        }
        if (probing || nanos.getAsLong() - pausedUntil < 0) {
            return false;
        }
        probing = true;
        return true;
    }

    /** The server has answered to a mail, whatever it said. */
    synchronized void over() {
        if (failures > 0) {
            LOG.info("The mail server can be reached again");
        }
        failures = 0;
    }

    /** Another one may try. */
    synchronized void tried() {
        probing = false;
    }

    synchronized void failed(String reason) {
        failures++;
        Duration pause = backoff.after(failures);
        pausedUntil = nanos.getAsLong() + pause.toNanos();
        // Once an outage; the metrics have the rest.
        if (failures == 1) {
            LOG.warn("Mails wait: {}", reason);
        }
    }
}
