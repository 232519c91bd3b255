package dev.latchkey.database;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.problem.Problem;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits writes in groups, so that all that wait for the disk at the same time share one sync of it.
 *
 * <p>One thread owns the connection that writes. It takes what waits, does each under a savepoint of its own, commits once
 * and then answers them all. It never waits for a group to fill: a lone write takes no longer for it, and the slower the
 * disk, the larger the groups become by themselves.
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
    private final Histogram sizes;
    private final Timer durations;
    private final Meter refusals;
    private final Thread thread = new Thread(this::commitGroups, "database-writer");
    private volatile boolean stopping;
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
        // Or a start that fails later on could not end.
        thread.setDaemon(true);
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
        groups.thread.start();
        return groups;
    }

    /**
     * Does {@code change} and returns once it is on disk.
     *
     * @throws Problem UNAVAILABLE if too many wait already, this one waited for too long, or its group is lost
     */
    <T> T write(Function<Handle, T> change) {
        PendingWrite<T> write = new PendingWrite<>(change);
        if (stopping || !waiting.offer(write)) {
            refusals.mark();
            throw Problem.unavailable(new RejectedExecutionException("too many writes wait for the disk"));
        }
        return write.await(limits.maxWait());
    }

    private void commitGroups() {
        List<PendingWrite<?>> group = new ArrayList<>();
        while (!stopping || !waiting.isEmpty()) {
            group.add(Uninterruptibles.takeUninterruptibly(waiting));
            waiting.drainTo(group, limits.maxGroup() - 1);
            group.removeIf(write -> !write.begin());
            if (!group.isEmpty()) {
                commit(group);
                group.clear();
            }
        }
    }

    private void commit(List<PendingWrite<?>> group) {
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
            RuntimeException answer = Failures.translate(e, SqliteFailures::isPassing);
            group.forEach(write -> write.answerLost(answer));
            return;
        }
        group.forEach(PendingWrite::answer);
        checkpoint();
    }

    private void abandonTransaction() {
        if (writer != null && !writer.rollback()) {
            writer.close();
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

    /** Does what waits, and nothing after that. */
    @Override
    public void stop() {
        stopping = true;
        // Something to take, for a thread that waits for something.
        boolean unused = waiting.offer(new PendingWrite<>(handle -> null));
        Uninterruptibles.joinUninterruptibly(thread);
        checkpoints.close();
        if (writer != null) {
            writer.close();
        }
    }
}
