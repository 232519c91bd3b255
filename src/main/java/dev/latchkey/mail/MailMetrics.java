package dev.latchkey.mail;

import dev.latchkey.server.metrics.Metrics;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** Mails that were sent, and those that wait. What waits is counted now and then, not at each scrape. */
final class MailMetrics {
    private final OutboxStore store;
    private final Clock clock;
    private volatile Backlog backlog;

    MailMetrics(OutboxStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void addTo(Metrics metrics, SendingState state) {
        metrics.counter(
                "latchkey_mails",
                "What became of mails that this server has had in hand.",
                "outcome",
                Map.of(
                        "sent", state.sent::sum,
                        "deferred", state.deferred::sum,
                        "failed", state.failed::sum,
                        "dropped", state.dropped::sum));
        metrics.gauge(
                "latchkey_mails_waiting", null, "Mails in the store that are to be sent.", reading(Backlog::waiting));
        metrics.gauge(
                "latchkey_mails_failed", null, "Mails in the store that could not be sent.", reading(Backlog::failed));
        metrics.gauge(
                "latchkey_mails_overdue",
                Unit.SECONDS,
                "For how long the mail is due that is due longest.",
                reading(this::overdueSeconds));
        metrics.gauge(
                "latchkey_mail_server_unreachable",
                null,
                "Whether mails wait because the mail server cannot be reached: 1 if so, else 0.",
                () -> state.trouble.isPausing() ? 1 : 0);
    }

    void count() {
        backlog = store.backlog(clock.instant());
    }

    private DoubleSupplier reading(ToDoubleFunction<Backlog> value) {
        return () -> {
            Backlog counted = backlog;
            return counted == null ? Double.NaN : value.applyAsDouble(counted);
        };
    }

    private double overdueSeconds(Backlog counted) {
        return counted.dueSince() == null
                ? 0
                : Math.max(
                        0, Duration.between(counted.dueSince(), clock.instant()).toMillis() / 1000.0);
    }
}
