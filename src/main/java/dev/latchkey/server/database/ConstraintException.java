package dev.latchkey.server.database;

import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A write that a constraint of the tables forbids; nothing of it stays. */
public final class ConstraintException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What the constraint wants. */
    public enum Kind {
        /** That no two rows have the same there. */
        UNIQUE,
        /** That the row exists which another one names. */
        REFERENCE
    }

    private final Kind kind;

    private ConstraintException(Kind kind, SQLException cause) {
        super(kind.name(), cause);
        this.kind = kind;
    }

    /** Throws this on, unless it is of the kind that is meant to happen. */
    public void require(Kind expected) {
        if (kind != expected) {
            throw this;
        }
    }

    /** What to throw instead of {@code failure}, if it comes of a constraint. */
    static Optional<ConstraintException> of(SQLException failure) {
        Kind kind = failure instanceof SQLiteException sqlite
                ? kind(sqlite.getResultCode())
                : kind(String.valueOf(failure.getSQLState()));
        return Optional.ofNullable(kind).map(known -> new ConstraintException(known, failure));
    }

    private static Kind kind(SQLiteErrorCode code) {
        return switch (code) {
            case SQLITE_CONSTRAINT_UNIQUE -> Kind.UNIQUE;
            case SQLITE_CONSTRAINT_FOREIGNKEY -> Kind.REFERENCE;
            default -> null;
        };
    }

    /** By PostgreSQL's error code. */
    private static Kind kind(String state) {
        return switch (state) {
            case "23505" -> Kind.UNIQUE;
            case "23503" -> Kind.REFERENCE;
            default -> null;
        };
    }
}
