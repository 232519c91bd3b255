package dev.latchkey.server.database;

import com.google.common.base.Throwables;
import com.google.common.collect.Lists;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionException;
import org.sqlite.NativeLibraryNotFoundException;

/** Distinguishes transient failures and violated constraints from faults of the program. */
public final class Failures {
    private Failures() {}

    /** Runs {@code work}; {@code isTransient} knows the error codes of the database. */
    static <T> T translated(Supplier<T> work, Predicate<SQLException> isTransient) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw translate(e, isTransient);
        }
    }

    /** What to throw instead of {@code failure}. */
    static RuntimeException translate(Throwable failure, Predicate<SQLException> isTransient) {
        if (failure instanceof ConnectionException || failure instanceof IOException) {
            return new UnavailableException(failure);
        }
        for (Throwable cause : Throwables.getCausalChain(failure)) {
            if (cause instanceof SQLException sql) {
                if (isTransient.test(sql)) {
                    return new UnavailableException(sql);
                }
                Optional<ConstraintException> constraint = ConstraintException.of(sql);
                if (constraint.isPresent()) {
                    return constraint.get();
                }
            }
        }
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new TransactionException("The transaction failed", failure);
    }

    /** The innermost message in one line, for an operator: in words, without class names. */
    public static String rootMessage(Throwable failure) {
        Throwable root = Throwables.getRootCause(failure);
        // Configured paths have been validated, so the invalid one is the temporary folder of SQLite's library.
        if (root instanceof NativeLibraryNotFoundException || root instanceof InvalidPathException) {
            return SqliteLibrary.whyNotLoaded();
        }
        return Lists.reverse(Throwables.getCausalChain(failure)).stream()
                .map(Failures::ownMessage)
                .filter(message -> !message.isEmpty())
                .findFirst()
                .orElse("no reason was given");
    }

    /** Empty if there is none, or only that of the cause. */
    private static String ownMessage(Throwable failure) {
        if (failure instanceof FileSystemException file) {
            return DatabaseFile.fileAndReason(file);
        }
        if (failure instanceof UnknownHostException) {
            return "the host " + failure.getMessage() + " is not known";
        }
        if (failure.getMessage() == null
                || (failure.getCause() != null
                        && failure.getMessage().equals(failure.getCause().toString()))) {
            return "";
        }
        return failure.getMessage().lines().findFirst().orElse("").strip();
    }
}
