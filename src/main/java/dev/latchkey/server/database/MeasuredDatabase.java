package dev.latchkey.server.database;

import dev.latchkey.server.metrics.Counts;
import dev.latchkey.server.threads.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * A database whose reads and writes are counted by outcome.
 *
 * @param reads counts of reads, which another database may share
 * @param writes counts of writes, likewise
 */
record MeasuredDatabase(Database measured, Counts<Outcome> reads, Counts<Outcome> writes) implements Database {

    enum Outcome {
        SUCCESS,
        /** Undone for a reason of the caller's, or of a constraint: the username is taken, the user is gone. */
        REFUSED,
        /** The database was busy, full or unreachable, or the queue of writes was. */
        UNAVAILABLE
    }

    static MeasuredDatabase of(Database database) {
        return new MeasuredDatabase(database, new Counts<>(Outcome.class), new Counts<>(Outcome.class));
    }

    /** Another, which is counted together with this one. */
    MeasuredDatabase with(Database other) {
        return new MeasuredDatabase(other, reads, writes);
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        return counted(reads, () -> measured.read(query));
    }

    @Override
    public <T> T write(Function<Handle, T> change) {
        return counted(writes, () -> measured.write(change));
    }

    @Override
    public <T> CompletionStage<T> writeAsync(Function<Handle, T> change) {
        return Stages.then(measured.writeAsync(change), result -> counted(writes, result));
    }

    private static <T> T counted(Counts<Outcome> counts, Supplier<T> work) {
        Outcome outcome = Outcome.REFUSED;
        try {
            T result = work.get();
            outcome = Outcome.SUCCESS;
            return result;
        } catch (UnavailableException e) {
            outcome = Outcome.UNAVAILABLE;
            throw e;
        } finally {
            counts.add(outcome);
        }
    }
}
