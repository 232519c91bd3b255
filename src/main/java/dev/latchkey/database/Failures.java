package dev.latchkey.database;

import dev.latchkey.problem.Problem;
import java.sql.SQLException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;

/** Tells failures that pass, which are 503, from those of the program. */
final class Failures {
    private Failures() {}

    /** Runs {@code work}; {@code isPassing} knows the error codes of the database. */
    static <T> T translated(Supplier<T> work, Predicate<SQLException> isPassing) {
        try {
            return work.get();
        } catch (JdbiException e) {
            if (e instanceof ConnectionException) {
                throw Problem.unavailable(e);
            }
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql && isPassing.test(sql)) {
                    throw Problem.unavailable(sql);
                }
            }
            throw e;
        }
    }

    /** The innermost message in one line, for an operator. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("").strip();
    }
}
