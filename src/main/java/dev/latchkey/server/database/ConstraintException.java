package dev.latchkey.server.database;

import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A constraint of the tables forbids a write, which was undone. */
public final class ConstraintException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The kind of constraint. */
    public enum Kind {
        /** A unique constraint or primary key. */
        UNIQUE,
        /** A foreign key. */
        REFERENCE
    }

    private final Kind kind;

    private ConstraintException(Kind kind, SQLException cause) {
        super(kind.name(), cause);
        this.kind = kind;
    }

    /** Rethrows this, unless it is of the expected kind. */
    public void require(Kind expected) {
        if (kind != expected) {
            throw this;
        }
    }

    /** What to throw instead of {@code failure}, if a constraint caused it. */
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
