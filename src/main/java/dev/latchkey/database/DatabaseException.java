package dev.latchkey.database;

/** The database cannot be opened. The message says why, in one line for the operator. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
