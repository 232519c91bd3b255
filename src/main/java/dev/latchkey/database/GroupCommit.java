package dev.latchkey.database;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import dev.latchkey.problem.Problem;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.sql.SQLException;
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
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits writes in groups, so that all that wait for the disk at the same time share one sync of it.
 *
 * <p>One thread at a time owns the connection that writes. It takes what waits, does each under a savepoint of its own, commits
 * once, hands the connection to one of those that have come meanwhile, and answers its group. It never waits for a group to
 * fill: the slower the disk, the larger the groups become by themselves. Whoever finds the connection free takes it at once,
 * so that a lone write is never handed from thread to thread, which takes as long as a sync of a fast disk.
 */
final class GroupCommit implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** Opens the connection that writes: at first, and again whenever it has become useless. */
    interface Connector {
        SqliteWriter open() throws SQLException, IOException;
    }

    private final Connector connector;
    private final LogCheckpoints checkpoints;
    private final WriteLimits limits;
    private final BlockingQueue<PendingWrite<?>> waiting;
    private final Semaphore connection = new Semaphore(1);
    private final Histogram sizes;
    private final Timer durations;
    private final Meter refusals;
    private volatile boolean stopping;
    // Belongs to whoever has the permit.
    private SqliteWriter writer;

    private GroupCommit(Connector connector, LogCheckpoints checkpoints, WriteLimits limits, MetricRegistry metrics) {
        this.connector = connector;
        this.checkpoints = checkpoints;
        this.limits = limits;
        this.waiting = new ArrayBlockingQueue<>(limits.maxWaiting());
        this.sizes = metrics.histogram("database.writes.group-size");
        this.durations = metrics.timer("database.writes.group-duration");
        this.refusals = metrics.meter("database.writes.refused");
        metrics.gauge("database.writes.waiting", () -> waiting::size);
    }

    /**
     * Begins to take writes; measured as {@code database.writes.*}.
     *
     * @throws SQLException if the connection cannot be opened
     * @throws IOException if the file is not there any more
     */
    static GroupCommit open(Connector connector, LogCheckpoints checkpoints, WriteLimits limits, MetricRegistry metrics)
            throws SQLException, IOException {
        GroupCommit groups = new GroupCommit(connector, checkpoints, limits, metrics);
        groups.writer = connector.open();
        return groups;
    }

    /**
     * Does {@code change} and returns once it is on disk.
     *
     * @throws Problem UNAVAILABLE if too many wait already, this one waited for too long, or its group is lost
     */
    <T> T write(Function<Handle, T> change) {
        PendingWrite<T> write = new PendingWrite<>(change);
        // Into the queue before the connection is tried, and out of the hands before the queue is looked at: one of the
        // two threads sees the other.
        if (stopping || !waiting.offer(write)) {
            refusals.mark();
            throw Problem.unavailable(new RejectedExecutionException("too many writes wait for the disk"));
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
            throw Problem.unavailable(new TimeoutException("the disk is too slow for all that is to be written"));
        } else if (!write.isAnswered()) {
            LockSupport.park(this);
        }
    }

    /** For the owner of the permit, which it gives away. */
    private void commitGroup() {
        List<PendingWrite<?>> group = new ArrayList<>();
        RuntimeException loss = null;
        try {
            waiting.drainTo(group, limits.maxGroup());
            group.removeIf(write -> !write.begin());
            if (!group.isEmpty()) {
                loss = commit(group);
            }
        } finally {
            connection.release();
            wakeNext();
        }
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

    /** Returns why the group is lost, or null. */
    private RuntimeException commit(List<PendingWrite<?>> group) {
        sizes.update(group.size());
        try (Timer.Context ignored = durations.time()) {
            if (writer == null) {
                writer = connector.open();
            }
            writer.begin();
            for (PendingWrite<?> write : group) {
                writer.run(write);
            }
            writer.commit();
        } catch (SQLException | IOException | RuntimeException | Error e) {
            abandonTransaction();
            return Failures.translate(e, SqliteFailures::isPassing);
        }
        checkpoint();
        return null;
    }

    private void abandonTransaction() {
        if (writer == null || writer.rollback()) {
            return;
        }
        try {
            writer.close();
        } catch (JdbiException e) {
            // The group has to hear of its loss nevertheless.
            LOG.warn("The connection that writes cannot be closed: {}", Failures.rootMessage(e));
        } finally {
            writer = null;
        }
    }

    private void checkpoint() {
        try {
            checkpoints.afterGroup(writer);
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The write-ahead log cannot begin anew: {}", e.getMessage());
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
        checkpoints.close();
        if (writer != null) {
            writer.close();
        }
    }
}
