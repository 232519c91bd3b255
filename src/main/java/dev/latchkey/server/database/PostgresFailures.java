package dev.latchkey.server.database;

import com.google.common.base.Throwables;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;
import org.jdbi.v3.core.ConnectionException;

/**
 * PostgreSQL's error codes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
final class PostgresFailures {
    /** Classes of failures that are not caused by the statement: connection, resources, operator, system. */
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "53", "57", "58");

    /** Also not caused by the statement: aborted in favour of another, a lock, a standby that cannot write. */
    private static final Set<String> TRANSIENT_STATES = Set.of("40001", "40003", "40P01", "55P03", "25006");

    private static final Set<String> ABORTED = Set.of("40001", "40P01");

    /** The database is shutting down, is not up yet, or has become a standby, which cannot write. */
    private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "25006");

    private PostgresFailures() {}

    /** Whether a retry may succeed. */
    static boolean isTransient(SQLException failure) {
        return state(failure)
                .filter(state -> TRANSIENT_CLASSES.contains(state.substring(0, 2)) || TRANSIENT_STATES.contains(state))
                .isPresent();
    }

    /** Whether the transaction was aborted in favour of others: a serialization failure or a deadlock. */
    static boolean isAborted(Throwable failure) {
        return anyState(failure).filter(ABORTED::contains).isPresent();
    }

    /** Whether there is no usable connection; false if all are in use. */
    static boolean isConnectionLost(Throwable failure) {
        return anyState(failure)
                .map(state -> state.startsWith("08") || GONE.contains(state))
                .orElse(failure instanceof ConnectionException
                        && !(Throwables.getRootCause(failure) instanceof PoolExhaustedException));
    }

    private static Optional<String> anyState(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .flatMap(sql -> state(sql).stream())
                .findFirst();
    }

    private static Optional<String> state(SQLException failure) {
        return Optional.ofNullable(failure.getSQLState()).filter(state -> state.length() == 5);
    }
}
