package dev.latchkey.server.database;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.threads.Workers;
import io.dropwizard.lifecycle.Managed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Group commit: writes that wait for the disk at the same time share one sync.
 *
 * <p>One thread at a time owns the write connection. It takes the waiting writes, runs each under a savepoint of its own, commits
 * once, passes the connection on, and completes its group. It never waits for a group to fill: the slower the
 * disk, the larger the groups become by themselves. A thread that finds the connection free takes it at once. So a single write
 * is not handed from thread to thread, which would take as long as a sync of a fast disk.
 */
final class GroupCommit implements Managed {
    private final GroupTransactions transactions;
    private final WriteLimits limits;
    private final BlockingQueue<PendingWrite<?>> waiting;
    // Its one permit is the ownership of the connection.
    private final Semaphore connection = new Semaphore(1);
    private final Meter refusals;
    private volatile boolean stopping;

    /** Has metrics under {@code database.writes.*}. */
    GroupCommit(GroupTransactions transactions, WriteLimits limits, MetricRegistry metrics) {
        this.transactions = transactions;
        this.limits = limits;
        this.waiting = new ArrayBlockingQueue<>(limits.maxWaiting());
        this.refusals = metrics.meter("database.writes.refused");
        metrics.gauge("database.writes.waiting", () -> waiting::size);
    }

    /**
     * Runs {@code change} and returns once it is on disk.
     *
     * @throws UnavailableException if too many writes wait already, this one waited for too long, or its group failed
     */
    <T> T write(Function<Handle, T> change) {
        ParkedThread thread = new ParkedThread();
        PendingWrite<T> write = new PendingWrite<>(change, limits.maxWait().toNanos(), thread);
        if (!enqueue(write)) {
            throw refusal();
        }
        boolean interrupted = false;
        try {
            while (!write.isCompleted()) {
                if (connection.tryAcquire()) {
                    commitGroup();
                } else {
                    awaitTurn(write, thread);
                    // A write that has begun cannot be cancelled.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return write.result();
    }

    /**
     * As {@link #write}, but returns before, unless the connection is free. {@code workers}, one of which calls this, go on with what
     * depends on the stage.
     *
     * @return fails as {@link #write} does
     */
    <T> CompletionStage<T> writeAsync(Function<Handle, T> change, Workers workers) {
        StagedWrite<T> staged = new StagedWrite<>(change, limits.maxWait().toNanos(), workers, this::commitGroupIfFree);
        if (enqueue(staged.write())) {
            commitGroupIfFree();
        } else {
            staged.write().fail(refusal());
        }
        return staged.leave();
    }

    private void commitGroupIfFree() {
        if (connection.tryAcquire()) {
            try (Workers.Wait ignored = Workers.waiting()) {
                commitGroup();
            }
        }
    }

    /**
     * A writer enqueues before it tries the connection, and an owner releases the connection before it looks at the queue. So one of the
     * two threads sees the other, and no write is forgotten.
     */
    private boolean enqueue(PendingWrite<?> write) {
        if (stopping || !waiting.offer(write)) {
            return false;
        }
        // Should it have come after the last look at the queue.
        return !stopping || !write.giveUp();
    }

    private UnavailableException refusal() {
        refusals.mark();
        return new UnavailableException(new RejectedExecutionException(
                stopping ? "the server is stopping" : "too many writes wait for the disk"));
    }

    /** Waits until the write is completed or the connection is free; may return spuriously. */
    private void awaitTurn(PendingWrite<?> write, ParkedThread thread) {
        if (write.nanosLeft() <= 0 && write.giveUp()) {
            // This thread may have been woken to take the connection, so pass that on.
            wakeNext();
            throw tooLate();
        } else if (!write.isCompleted()) {
            thread.await(write);
        }
    }

    private static UnavailableException tooLate() {
        return new UnavailableException(new TimeoutException("the write waited too long for the disk"));
    }

    /** Gives up the writes for which no thread waits, and that have waited for too long at {@code now}, of {@link System#nanoTime}. */
    void giveUpLateOnes(long now) {
        boolean isOneGivenUp = false;
        for (PendingWrite<?> write : waiting) {
            if (write.isLate(now) && write.giveUp()) {
                write.fail(tooLate());
                isOneGivenUp = true;
            }
        }
        if (isOneGivenUp) {
            // It may have been woken to take the connection, so pass that on.
            wakeNext();
        }
    }

    /** Called by the owner of the connection; releases it. */
    private void commitGroup() {
        List<PendingWrite<?>> group = new ArrayList<>();
        RuntimeException loss = null;
        boolean isCompleted = false;
        try {
            waiting.drainTo(group, limits.maxGroup());
            group.removeIf(write -> !write.begin());
            if (!group.isEmpty()) {
                loss = transactions.commit(group);
                if (transactions.isMaintenanceSlow()) {
                    isCompleted = true;
                    complete(group, loss);
                }
                transactions.maintain();
            }
        } finally {
            connection.release();
            wakeNext();
        }
        if (!isCompleted) {
            // Concurrently with the next group.
            complete(group, loss);
        }
    }

    private static void complete(List<PendingWrite<?>> group, RuntimeException loss) {
        for (PendingWrite<?> write : group) {
            if (loss == null) {
                write.complete();
            } else {
                write.fail(loss);
            }
        }
    }

    /**
     * Wakes who waits for the connection. If that is nobody's thread, there may be none to go on with it, so one that waits is woken as
     * well.
     */
    private void wakeNext() {
        PendingWrite<?> next = waiting.peek();
        while (next != null && next.isSettled() && waiting.remove(next)) {
            next = waiting.peek();
        }
        if (next != null) {
            next.wakeWaiter();
            if (!next.hasThread()) {
                wakeThread();
            }
        }
    }

    private void wakeThread() {
        for (PendingWrite<?> write : waiting) {
            if (write.hasThread() && !write.isSettled()) {
                write.wakeWaiter();
                return;
            }
        }
    }

    /** Commits the waiting writes, and keeps the connection, so that later ones fail. */
    @Override
    public void stop() {
        if (stopping) {
            return;
        }
        stopping = true;
        while (true) {
            connection.acquireUninterruptibly();
            if (waiting.isEmpty()) {
                break;
            }
            commitGroup();
        }
        transactions.close();
    }
}
