package dev.latchkey.server.database;

/**
 * The database is busy, full or out of reach; what was asked for has not been done, or nobody knows. It may work a little later,
 * and is no fault of the program.
 */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** {@code cause} is what the database or the system said. */
    public UnavailableException(Throwable cause) {
        // Where it was thrown tells nothing, and a busy server throws many.
        super("the database is unavailable: " + Failures.rootMessage(cause), cause, false, false);
    }
}
