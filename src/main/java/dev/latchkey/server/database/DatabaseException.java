package dev.latchkey.server.database;

/** The database cannot be opened, or not worked on as asked. The message says why, in one line for the operator. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message in one line. */
    public DatabaseException(String message) {
        super(message);
    }

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
