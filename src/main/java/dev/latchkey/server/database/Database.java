package dev.latchkey.server.database;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * How a store reads and writes, whichever database is behind it.
 *
 * <p>Both methods throw an {@link UnavailableException} where the database is busy, full or out of reach.
 */
public interface Database {

    /** Runs {@code query} on a connection that sees every write acknowledged before. */
    <T> T read(Function<Handle, T> query);

    /**
     * Runs {@code change} so that all of it takes effect or nothing, and returns once it is on disk; nothing of it stays if it
     * throws. It may be run more than once, and on another thread, so it must do nothing but ask the database.
     *
     * @throws ConstraintException if a constraint of the tables forbids it
     */
    <T> T write(Function<Handle, T> change);
}
