package dev.latchkey.server.database;

import dev.latchkey.server.threads.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Reads and writes of a store, on any database.
 *
 * <p>All methods throw an {@link UnavailableException} if the database is busy, full or unreachable.
 */
public interface Database {

    /** Runs {@code query} on a connection that sees every write acknowledged before. */
    <T> T read(Function<Handle, T> query);

    /**
     * Runs {@code change} in a transaction, and returns once it is on disk; if it throws, it is rolled back. It may run more than once,
     * and on another thread, so it must have no effects but on the database.
     *
     * @throws ConstraintException if a constraint of the tables forbids it
     */
    <T> T write(Function<Handle, T> change);

    /**
     * As {@link #write}, but where that is possible, no thread is held until {@code change} is on disk. What depends on the stage then runs
     * on a thread of those that run the caller.
     *
     * @return fails with what {@link #write} throws
     */
    default <T> CompletionStage<T> writeAsync(Function<Handle, T> change) {
        return Stages.of(() -> write(change));
    }
}
