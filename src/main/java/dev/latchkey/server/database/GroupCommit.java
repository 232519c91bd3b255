package dev.latchkey.server.database;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import io.dropwizard.lifecycle.Managed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Group commit: writes that wait for the disk at the same time share one sync.
 *
 * <p>One thread at a time owns the write connection. It takes the waiting writes, runs each under a savepoint of its own, commits
 * once, passes the connection to a thread that waits, and completes its group. It never waits for a group to fill: the slower the
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
        PendingWrite<T> write = new PendingWrite<>(change);
        // A writer enqueues before it tries the connection, and an owner releases the connection before it looks at the
        // queue. So one of the two threads sees the other, and no write is forgotten.
        if (stopping || !waiting.offer(write)) {
            refusals.mark();
            throw new UnavailableException(new RejectedExecutionException(
                    stopping ? "the server is stopping" : "too many writes wait for the disk"));
        }
        long deadline = System.nanoTime() + limits.maxWait().toNanos();
        boolean interrupted = false;
        try {
            while (!write.isCompleted()) {
                if (connection.tryAcquire()) {
                    commitGroup();
                } else {
                    awaitTurn(write, deadline);
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

    /** Waits until the write is completed or the connection is free; may return spuriously. */
    private void awaitTurn(PendingWrite<?> write, long deadline) {
        long left = deadline - System.nanoTime();
        if (left > 0) {
            LockSupport.parkNanos(this, left);
        } else if (write.giveUp()) {
            // This thread may have been woken to take the connection, so pass that on.
            wakeNext();
            throw new UnavailableException(new TimeoutException("the write waited too long for the disk"));
        } else if (!write.isCompleted()) {
            LockSupport.park(this);
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

    /** Wakes a thread that waits for the connection. */
    private void wakeNext() {
        PendingWrite<?> next = waiting.peek();
        while (next != null && next.isSettled() && waiting.remove(next)) {
            next = waiting.peek();
        }
        if (next != null) {
            next.wakeOwner();
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
