package dev.latchkey.mail;

import dev.latchkey.mail.TransportException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/**
 * Takes mails to the mail server, one after the other, over one connection for as long as the server keeps it, and then over another.
 *
 * <p>Waiting has two limits: one for each answer, and one for a whole mail with all of its attempts, since a server that sends a byte a
 * minute keeps any number of the former.
 */
final class SmtpTransport implements Transport {
    private static final Duration MAX_MAIL = Duration.ofMinutes(2);

    private final Mailbox from;
    private final ScheduledExecutorService watchdog;
    private final Clock clock;
    private final WatchedSockets sockets = new WatchedSockets();
    private final SmtpConnector connector;
    private Duration maxMail = MAX_MAIL;
    private SmtpConnection connection;

    /** {@code tls} decides which certificates are trusted; {@code watchdog} ends what takes too long. */
    SmtpTransport(MailSettings settings, SSLSocketFactory tls, ScheduledExecutorService watchdog, Clock clock) {
        this.from = Mailbox.of(settings.from());
        this.watchdog = watchdog;
        this.clock = clock;
        this.connector = new SmtpConnector(settings, sockets, tls, watchdog);
    }

    /** For tests that do not wait for two minutes. */
    SmtpTransport maxMail(Duration limit) {
        maxMail = limit;
        return this;
    }

    @Override
    public void connect() throws TransportException {
        ScheduledFuture<?> limit = limit();
        try {
            connect(from.isInternational());
        } finally {
            end(limit);
        }
    }

    private void connect(boolean isInternational) throws TransportException {
        if (connection == null || connection.isInternational() != isInternational) {
            close();
            connection = connector.connect(isInternational);
        }
    }

    @Override
    public Outcome send(OutgoingMail mail) throws TransportException {
        Mailbox to;
        try {
            to = Mailbox.of(mail.address());
        } catch (IllegalArgumentException e) {
            return new Outcome(Outcome.Kind.REFUSED, "the address " + e.getMessage());
        }
        // One for all that follows: a mail is taken for a while only, and the time of a second attempt is part of that.
        ScheduledFuture<?> limit = limit();
        try {
            return send(mail, to);
        } finally {
            end(limit);
        }
    }

    private Outcome send(OutgoingMail mail, Mailbox to) throws TransportException {
        boolean isInternational = from.isInternational() || to.isInternational();
        connect(isInternational);
        if (!connection.takesItsAddresses()) {
            return new Outcome(
                    Outcome.Kind.REFUSED, "the mail server does not take addresses like this one (no SMTPUTF8)");
        }
        boolean wasUsed = connection.isUsed();
        Optional<Outcome> outcome = attempt(mail, to);
        // A server may end a connection that was idle: what counts is what happens on a new one.
        if (outcome.isEmpty() && wasUsed && !sockets.isAborted()) {
            connect(isInternational);
            outcome = attempt(mail, to);
        }
        return outcome.orElseThrow(() -> new TransportException(
                Reason.CONNECTION, "the mail server has ended the connection before it took a mail", null));
    }

    private Optional<Outcome> attempt(OutgoingMail mail, Mailbox to) throws TransportException {
        try {
            return connection.send(mail, to, clock.instant());
        } finally {
            // It also closes by itself, where the RSET after a refusal fails: the next mail needs another.
            if (!connection.isOpen()) {
                close();
            }
        }
    }

    /** Has what begins now broken off when it takes too long. */
    private ScheduledFuture<?> limit() {
        sockets.reset();
        return watchdog.schedule(sockets::abort, maxMail.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(ScheduledFuture<?> limit) {
        limit.cancel(false);
        if (sockets.isAborted()) {
            close();
        }
    }

    @Override
    public void abort() {
        sockets.abort();
    }

    @Override
    public void close() {
        SmtpConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
