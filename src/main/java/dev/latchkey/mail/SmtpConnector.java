package dev.latchkey.mail;

import dev.latchkey.mail.TransportException.Reason;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/** Connects to the mail server: TCP, TLS and the log-in, and what may be wrong with them. */
final class SmtpConnector {
    private static final Duration MAX_CONNECTING = Duration.ofSeconds(10);
    private static final Duration MAX_READING = Duration.ofSeconds(60);
    private static final Duration MAX_WRITING = Duration.ofSeconds(30);

    private final MailSettings settings;
    private final Mailbox from;
    private final WatchedSockets sockets;
    private final SSLSocketFactory tls;
    private final ScheduledExecutorService watchdog;

    /** {@code tls} decides which certificates are trusted; {@code watchdog} ends what takes too long to be written. */
    SmtpConnector(
            MailSettings settings, WatchedSockets sockets, SSLSocketFactory tls, ScheduledExecutorService watchdog) {
        this.settings = settings;
        this.from = Mailbox.of(settings.from());
        this.sockets = sockets;
        this.tls = sockets.tls(tls);
        this.watchdog = watchdog;
    }

    /**
     * Makes a connection.
     *
     * @param isInternational whether the addresses may be other than ASCII, which servers must be told before
     */
    SmtpConnection connect(boolean isInternational) throws TransportException {
        Session session = Session.getInstance(properties(isInternational));
        SmtpDialogue dialogue = new SmtpDialogue(session);
        try {
            dialogue.connect(settings.host(), settings.actualPort(), settings.user(), settings.password());
        } catch (AuthenticationFailedException e) {
            throw new TransportException(Reason.LOG_IN, "the mail server refuses the log-in: " + e.getMessage(), e);
        } catch (MessagingException e) {
            throw cannotConnect(dialogue, e);
        }
        return new SmtpConnection(session, dialogue, sockets, from, isInternational);
    }

    private TransportException cannotConnect(SmtpDialogue dialogue, MessagingException e) {
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
                && dialogue.reply() > 0
                && !dialogue.supportsExtension("STARTTLS")
                && cause == e) {
            return new TransportException(Reason.TLS, server + " does not offer STARTTLS", e);
        }
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new TransportException(Reason.CONNECTION, server + " cannot be reached: " + said, e);
    }

    private Properties properties(boolean isInternational) {
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
        properties.put("mail.mime.allowutf8", Boolean.toString(isInternational));
        return properties;
    }
}
