package dev.latchkey.server.problem;

/** The value of a parameter is not well-formed. The message says how it must be, for the client. */
public final class UnreadableParameterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnreadableParameterException(String message) {
        super(message, null, false, false);
    }
}
