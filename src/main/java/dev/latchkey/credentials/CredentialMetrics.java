package dev.latchkey.credentials;

import dev.latchkey.server.metrics.Metrics;
import java.util.concurrent.BlockingQueue;

/** How passwords are hashed, which costs more than all else. */
final class CredentialMetrics {
    private static final double[] SECONDS = {.005, .01, .025, .05, .075, .1, .15, .25, .5, 1, 2.5, 5};

    private CredentialMetrics() {}

    /** {@code waiting} is the queue of the pool that hashes. */
    static void addTo(Metrics metrics, BlockingQueue<Runnable> waiting) {
        int capacity = waiting.size() + waiting.remainingCapacity();
        metrics.durations(
                "latchkey_password_hash_duration_seconds",
                "How long a password was hashed or checked.",
                "passwords.duration",
                SECONDS);
        metrics.durations(
                "latchkey_password_hash_wait_seconds",
                "How long a password waited to be hashed or checked.",
                "passwords.idle",
                SECONDS);
        metrics.gauge(
                "latchkey_password_hashes_running",
                null,
                "Passwords that are hashed or checked.",
                metrics.reading("passwords.running"));
        metrics.gauge(
                "latchkey_password_queue_length", null, "Passwords that wait to be hashed or checked.", waiting::size);
        metrics.gauge("latchkey_password_queue_capacity", null, "How many passwords may wait.", () -> capacity);
        metrics.counter(
                "latchkey_password_queue_refusals",
                "Passwords that were refused because too many waited.",
                metrics.reading("passwords.rejected"));
    }
}
