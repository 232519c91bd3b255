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
 * Commits writes in groups, so that all that wait for the disk at the same time share one sync of it.
 *
 * <p>One thread at a time owns the connection that writes. It takes what waits, does each under a savepoint of its own, commits
 * once, hands the connection to one of those that have come meanwhile, and answers its group. It never waits for a group to
 * fill: the slower the disk, the larger the groups become by themselves. Whoever finds the connection free takes it at once,
 * so that a lone write is never handed from thread to thread, which takes as long as a sync of a fast disk.
 */
final class GroupCommit implements Managed {
    private final GroupTransactions transactions;
    private final WriteLimits limits;
    private final BlockingQueue<PendingWrite<?>> waiting;
    // To have the permit is to own the connection.
    private final Semaphore connection = new Semaphore(1);
    private final Meter refusals;
    private volatile boolean stopping;

    /** Measured as {@code database.writes.*}. */
    GroupCommit(GroupTransactions transactions, WriteLimits limits, MetricRegistry metrics) {
        this.transactions = transactions;
        this.limits = limits;
        this.waiting = new ArrayBlockingQueue<>(limits.maxWaiting());
        this.refusals = metrics.meter("database.writes.refused");
        metrics.gauge("database.writes.waiting", () -> waiting::size);
    }

    /**
     * Does {@code change} and returns once it is on disk.
     *
     * @throws UnavailableException if too many wait already, this one waited for too long, or its group is lost
     */
    <T> T write(Function<Handle, T> change) {
        PendingWrite<T> write = new PendingWrite<>(change);
        // Into the queue before the connection is tried, and out of the hands before the queue is looked at: one of the
        // two threads sees the other.
        if (stopping || !waiting.offer(write)) {
            refusals.mark();
            throw new UnavailableException(new RejectedExecutionException(
                    stopping ? "the server stops" : "too many writes wait for the disk"));
        }
        long deadline = System.nanoTime() + limits.maxWait().toNanos();
        boolean interrupted = false;
        try {
            while (!write.isAnswered()) {
                if (connection.tryAcquire()) {
                    commitGroup();
                } else {
                    awaitTurn(write, deadline);
                    // What has begun cannot be called back.
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

    /** Until the write is answered, or the connection is free, or for no reason. */
    private void awaitTurn(PendingWrite<?> write, long deadline) {
        long left = deadline - System.nanoTime();
        if (left > 0) {
            LockSupport.parkNanos(this, left);
        } else if (write.giveUp()) {
            // It may have been woken to take the connection.
            wakeNext();
            throw new UnavailableException(new TimeoutException("the disk is too slow for all that is to be written"));
        } else if (!write.isAnswered()) {
            LockSupport.park(this);
        }
    }

    /** For the owner of the permit, which it gives away. */
    private void commitGroup() {
        List<PendingWrite<?>> group = new ArrayList<>();
        RuntimeException loss = null;
        boolean isAnswered = false;
        try {
            waiting.drainTo(group, limits.maxGroup());
            group.removeIf(write -> !write.begin());
            if (!group.isEmpty()) {
                loss = transactions.commit(group);
                if (transactions.isMaintenanceSlow()) {
                    isAnswered = true;
                    answer(group, loss);
                }
                transactions.maintain();
            }
        } finally {
            connection.release();
            wakeNext();
        }
        if (!isAnswered) {
            // While the next group is being written.
            answer(group, loss);
        }
    }

    private static void answer(List<PendingWrite<?>> group, RuntimeException loss) {
        for (PendingWrite<?> write : group) {
            if (loss == null) {
                write.answer();
            } else {
                write.answerLost(loss);
            }
        }
    }

    /** Lets somebody take the connection who waits for it. */
    private void wakeNext() {
        PendingWrite<?> next = waiting.peek();
        while (next != null && next.isSettled() && waiting.remove(next)) {
            next = waiting.peek();
        }
        if (next != null) {
            next.wakeOwner();
        }
    }

    /** Does what waits, and keeps the connection from whoever comes after that. */
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
