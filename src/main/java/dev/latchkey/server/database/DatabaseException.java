package dev.latchkey.server.database;

/** The database cannot be opened, or an operation on it failed. The message tells the operator why, in one line. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** {@code message} is one line. */
    public DatabaseException(String message) {
        super(message);
    }

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
