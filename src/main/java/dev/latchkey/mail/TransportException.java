package dev.latchkey.mail;

/** The mail server cannot be reached, or does not let us in. */
final class TransportException extends Exception {
    private static final long serialVersionUID = 1;

    /** What about the server is wrong. */
    enum Reason {
        /** No connection, or not one that answers. */
        CONNECTION,
        /** TLS, or the certificate. */
        TLS,
        /** The log-in. */
        LOG_IN,
        /** The address of the sender. */
        SENDER
    }

    private final Reason reason;

    /** {@code message} says what is wrong, in one line. */
    TransportException(Reason reason, String message, Throwable cause) {
        super(OneLine.of(message), cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
