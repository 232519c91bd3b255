package dev.latchkey.mail;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints mails instead of sending them, and keeps the last ones for the page on the admin port. For development. */
final class LogTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(LogTransport.class);

    private final RecentMails recent;
    private final Clock clock;

    LogTransport(RecentMails recent, Clock clock) {
        this.recent = recent;
        this.clock = clock;
    }

    @Override
    public void connect() {}

    @Override
    public Outcome send(OutgoingMail mail) {
        recent.add(clock.instant(), mail);
        LOG.info("Mail to {}: {}", mail.address(), mail.subject());
        // Each by itself: a message has no line breaks.
        mail.text().lines().forEach(line -> LOG.info("| {}", line));
        return new Outcome(Outcome.Kind.SENT, "printed");
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
}
