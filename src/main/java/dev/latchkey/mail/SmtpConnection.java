package dev.latchkey.mail;

import dev.latchkey.mail.TransportException.Reason;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** One connection to the mail server (RFC 5321), and what the server's answers say of a mail. */
final class SmtpConnection {
    /** RFC 5321, 3.8: the server is about to close the connection. */
    private static final int CLOSING = 421;

    /** RFC 4954, 6: it wants a log-in first. */
    private static final int LOG_IN_REQUIRED = 530;

    private final Session session;
    private final SmtpDialogue dialogue;
    private final WatchedSockets sockets;
    private final Mailbox from;
    private final boolean isInternational;
    private boolean isUsed;

    /** {@code sockets} has made the socket of {@code dialogue}, which is connected and logged in. */
    SmtpConnection(
            Session session, SmtpDialogue dialogue, WatchedSockets sockets, Mailbox from, boolean isInternational) {
        this.session = session;
        this.dialogue = dialogue;
        this.sockets = sockets;
        this.from = from;
        this.isInternational = isInternational;
    }

    /** Whether it is for addresses that may be other than ASCII. */
    boolean isInternational() {
        return isInternational;
    }

    /** Whether the server takes the addresses that it is for. */
    boolean takesItsAddresses() {
        return !isInternational || dialogue.supportsExtension("SMTPUTF8");
    }

    /** Whether a mail was sent over it, or was meant to be. */
    boolean isUsed() {
        return isUsed;
    }

    /** Whether it is still there, as far as we know: after some failures it is closed. Asks nobody. */
    boolean isOpen() {
        return dialogue.isOpen();
    }

    /**
     * Hands a mail over.
     *
     * @return empty if the connection was lost before the server knew of the mail
     * @throws TransportException if it was certainly not taken, through no fault of its own
     */
    Optional<Outcome> send(OutgoingMail mail, Mailbox to, Instant now) throws TransportException {
        isUsed = true;
        dialogue.begin();
        try {
            MimeLetter letter = new MimeLetter(session, mail, from, to, now);
            dialogue.sendMessage(letter, letter.getAllRecipients());
            return Optional.of(new Outcome(Outcome.Kind.SENT, dialogue.answer()));
        } catch (MessagingException | RuntimeException e) {
            return outcome(e);
        }
    }

    private Optional<Outcome> outcome(Exception e) throws TransportException {
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
            return Optional.of(new Outcome(Outcome.Kind.REFUSED, "this mail cannot be written: " + e.getMessage()));
        }
        if (stage == SmtpDialogue.Stage.END && reply >= 200 && reply < 300) {
            return Optional.of(new Outcome(Outcome.Kind.SENT, answer));
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
        if (stage == SmtpDialogue.Stage.MAIL && !isInternational) {
            throw new TransportException(
                    Reason.SENDER, "the mail server does not take mails from " + from + ": " + answer, e);
        }
        return Optional.of(new Outcome(reply >= 500 ? Outcome.Kind.REFUSED : Outcome.Kind.DEFERRED, answer));
    }

    private static Optional<Outcome> lost(SmtpDialogue.Stage stage, Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = cause instanceof IOException && cause.getMessage() != null ? ": " + cause.getMessage() : "";
        return switch (stage) {
            case MAIL, NONE -> Optional.empty();
            case RECIPIENT, DATA ->
                Optional.of(new Outcome(Outcome.Kind.LOST, "the connection was lost before the mail was sent" + why));
            case END ->
                Optional.of(new Outcome(
                        Outcome.Kind.UNKNOWN, "the connection was lost before the mail was accepted" + why));
        };
    }

    /** Closes it, with a QUIT if the server can still be told. */
    void close() {
        try {
            dialogue.close();
        } catch (MessagingException e) {
            // It is closed all the same.
        }
    }
}
