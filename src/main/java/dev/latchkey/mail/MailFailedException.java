package dev.latchkey.mail;

/** A mail that was not sent. The message says why, in one line. */
public final class MailFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MailFailedException(String message) {
        super(message);
    }
}
