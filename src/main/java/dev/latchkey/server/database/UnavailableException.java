package dev.latchkey.server.database;

/**
 * The database is busy, full or unreachable. The operation was not done, or its outcome is unknown. It is not a fault of the program,
 * and a retry may succeed.
 */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** {@code cause} is the failure of the database or the system. */
    public UnavailableException(Throwable cause) {
        // No stack trace: it tells nothing, and a busy server throws many of these.
        super("the database is unavailable: " + Failures.rootMessage(cause), cause, false, false);
    }
}
