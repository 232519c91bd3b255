package dev.latchkey.mail;

import dev.latchkey.mail.TransportException.Reason;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection to the mail server (RFC 5321), which takes several mails, one after the other.
 *
 * <p>Waiting has two limits: one for each answer, and one for a whole mail with all of its attempts, since a server that sends a byte a
 * minute keeps any number of the former.
 */
final class SmtpTransport implements Transport {
    private static final Duration MAX_CONNECTING = Duration.ofSeconds(10);
    private static final Duration MAX_READING = Duration.ofSeconds(60);
    private static final Duration MAX_WRITING = Duration.ofSeconds(30);
    private static final Duration MAX_MAIL = Duration.ofMinutes(2);

    /** RFC 5321, 3.8: the server is about to close the connection. */
    private static final int CLOSING = 421;

    /** RFC 4954, 6: it wants a log-in first. */
    private static final int LOG_IN_REQUIRED = 530;

    private final MailSettings settings;
    private final Mailbox from;
    private final ScheduledExecutorService watchdog;
    private final Clock clock;
    private final WatchedSockets sockets = new WatchedSockets();
    private final SSLSocketFactory tls;
    private Duration maxMail = MAX_MAIL;
    private Session session;
    private SmtpDialogue dialogue;
    private boolean international;
    private boolean used;

    /** {@code tls} decides which certificates are trusted; {@code watchdog} ends what takes too long. */
    SmtpTransport(MailSettings settings, SSLSocketFactory tls, ScheduledExecutorService watchdog, Clock clock) {
        this.settings = settings;
        this.from = Mailbox.of(settings.from());
        this.watchdog = watchdog;
        this.clock = clock;
        this.tls = sockets.tls(tls);
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

    /** @param forInternational whether the addresses may be other than ASCII, which servers must be told before */
    private void connect(boolean forInternational) throws TransportException {
        if (dialogue != null && international == forInternational) {
            return;
        }
        close();
        session = Session.getInstance(properties(forInternational));
        SmtpDialogue opened = new SmtpDialogue(session);
        try {
            opened.connect(settings.host(), settings.actualPort(), settings.user(), settings.password());
        } catch (AuthenticationFailedException e) {
            throw new TransportException(Reason.LOG_IN, "the mail server refuses the log-in: " + e.getMessage(), e);
        } catch (MessagingException e) {
            throw cannotConnect(opened, e);
        }
        dialogue = opened;
        international = forInternational;
        used = false;
    }

    private TransportException cannotConnect(SmtpDialogue opened, MessagingException e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        String server = "the mail server " + settings.host() + ":" + settings.actualPort();
        if (cause instanceof SSLException) {
            return new TransportException(
                    Reason.TLS, server + " does not speak the TLS that is asked for: " + cause.getMessage(), e);
        }
        if (settings.tls() == MailTls.STARTTLS
                && opened.reply() > 0
                && !opened.supportsExtension("STARTTLS")
                && cause == e) {
            return new TransportException(Reason.TLS, server + " does not offer STARTTLS", e);
        }
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new TransportException(Reason.CONNECTION, server + " cannot be reached: " + said, e);
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
        connect(from.isInternational() || to.isInternational());
        if (international && !dialogue.supportsExtension("SMTPUTF8")) {
            return new Outcome(
                    Outcome.Kind.REFUSED, "the mail server does not take addresses like this one (no SMTPUTF8)");
        }
        boolean wasUsed = used;
        Outcome outcome = attempt(mail, to);
        // A server may end a connection that was idle: what counts is what happens on a new one.
        if (outcome == null && wasUsed && !sockets.isAborted()) {
            connect(from.isInternational() || to.isInternational());
            outcome = attempt(mail, to);
        }
        if (outcome == null) {
            throw new TransportException(
                    Reason.CONNECTION, "the mail server has ended the connection before it took a mail", null);
        }
        return outcome;
    }

    /** Returns null if the connection was lost before the server knew of the mail. */
    private Outcome attempt(OutgoingMail mail, Mailbox to) throws TransportException {
        used = true;
        dialogue.begin();
        try {
            MimeLetter letter = new MimeLetter(session, mail, from, to, clock.instant());
            dialogue.sendMessage(letter, letter.getAllRecipients());
            return new Outcome(Outcome.Kind.SENT, dialogue.answer());
        } catch (MessagingException | RuntimeException e) {
            return outcome(e);
        } finally {
            // The library closes the connection itself where the RSET after a refusal fails: the next mail needs
            // another.
            if (dialogue != null && !dialogue.isOpen()) {
                close();
            }
        }
    }

    private Outcome outcome(Exception e) throws TransportException {
        int reply = dialogue.reply();
        String answer = dialogue.answer();
        SmtpDialogue.Stage stage = dialogue.stage();
        boolean isLost = reply == 0 || (stage == SmtpDialogue.Stage.DATA && reply < 400);
        if (isLost || reply == CLOSING) {
            // Without a QUIT, which would have to be written.
            sockets.drop();
            close();
        }
        if (stage == SmtpDialogue.Stage.NONE) {
            // The library could not make a mail of it.
            return new Outcome(Outcome.Kind.REFUSED, "this mail cannot be written: " + e.getMessage());
        }
        if (stage == SmtpDialogue.Stage.END && reply >= 200 && reply < 300) {
            return new Outcome(Outcome.Kind.SENT, answer);
        }
        if (reply == CLOSING) {
            throw new TransportException(Reason.CONNECTION, "the mail server takes none now: " + answer, e);
        }
        if (reply == LOG_IN_REQUIRED) {
            throw new TransportException(Reason.LOG_IN, "the mail server wants a log-in: " + answer, e);
        }
        if (isLost) {
            return lost(stage, e);
        }
        if (stage == SmtpDialogue.Stage.MAIL && !international) {
            throw new TransportException(
                    Reason.SENDER, "the mail server does not take mails from " + from + ": " + answer, e);
        }
        return new Outcome(reply >= 500 ? Outcome.Kind.REFUSED : Outcome.Kind.DEFERRED, answer);
    }

    private static Outcome lost(SmtpDialogue.Stage stage, Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = cause instanceof IOException && cause.getMessage() != null ? ": " + cause.getMessage() : "";
        return switch (stage) {
            case MAIL, NONE -> null;
            case RECIPIENT, DATA ->
                new Outcome(Outcome.Kind.LOST, "the connection was lost before the mail was sent" + why);
            case END -> new Outcome(Outcome.Kind.UNKNOWN, "the connection was lost before the mail was accepted" + why);
        };
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
        SmtpDialogue open = dialogue;
        dialogue = null;
        if (open != null) {
            try {
                open.close();
            } catch (MessagingException e) {
                // It is closed all the same.
            }
        }
    }

    private Properties properties(boolean forInternational) {
        Properties properties = new Properties();
        properties.put("mail.smtp.socketFactory", sockets);
        properties.put("mail.smtp.socketFactory.fallback", "false");
        properties.put("mail.smtp.ssl.socketFactory", tls);
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.enable", Boolean.toString(settings.tls() == MailTls.TLS));
        properties.put("mail.smtp.starttls.enable", Boolean.toString(settings.tls() == MailTls.STARTTLS));
        properties.put("mail.smtp.starttls.required", Boolean.toString(settings.tls() == MailTls.STARTTLS));
        properties.put("mail.smtp.connectiontimeout", Long.toString(MAX_CONNECTING.toMillis()));
        properties.put("mail.smtp.timeout", Long.toString(MAX_READING.toMillis()));
        properties.put("mail.smtp.writetimeout", Long.toString(MAX_WRITING.toMillis()));
        // Else a thread for each connection.
        properties.put("mail.smtp.executor.writetimeout", watchdog);
        properties.put("mail.smtp.auth", Boolean.toString(settings.user() != null));
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        properties.put("mail.smtp.quitwait", "false");
        // Else the library asks the DNS for the name of this machine, and waits for it.
        properties.put("mail.smtp.localhost", from.domain());
        properties.put("mail.mime.allowutf8", Boolean.toString(forInternational));
        return properties;
    }
}
