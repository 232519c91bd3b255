package dev.latchkey.server.database;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each group of writes in one transaction; for one thread at a time. */
final class GroupTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupTransactions.class);

    /** Opens the write connection: at first, and again after it broke. */
    interface Connector {
        SqliteWriter open() throws SQLException, IOException;
    }

    private final Connector connector;
    private final LogCheckpoints checkpoints;
    private final Histogram sizes;
    private final Timer durations;
    private final Timer commits;
    // Null while there is no working connection.
    private SqliteWriter writer;

    /**
     * Has metrics under {@code database.writes.*}.
     *
     * @throws SQLException if the connection cannot be opened
     * @throws IOException if the file no longer exists
     */
    GroupTransactions(Connector connector, LogCheckpoints checkpoints, MetricRegistry metrics)
            throws SQLException, IOException {
        this.connector = connector;
        this.checkpoints = checkpoints;
        this.sizes = metrics.histogram("database.writes.group-size");
        this.durations = metrics.timer("database.writes.group-duration");
        this.commits = metrics.timer("database.writes.commit-duration");
        this.writer = connector.open();
    }

    /** Commits the whole group, or nothing if that fails. Returns the failure, or null once it is on disk. */
    RuntimeException commit(List<PendingWrite<?>> group) {
        sizes.update(group.size());
        try (Timer.Context ignored = durations.time()) {
            if (writer == null) {
                writer = connector.open();
            }
            writer.begin();
            for (PendingWrite<?> write : group) {
                writer.run(write);
            }
            try (Timer.Context commit = commits.time()) {
                writer.commit();
            }
            return null;
        } catch (SQLException | IOException | RuntimeException | Error e) {
            if (writer != null && !writer.rollback()) {
                closeWriter();
            }
            return Failures.translate(e, SqliteFailures::isTransient);
        }
    }

    /** Whether {@link #maintain} will take longer than a moment. */
    boolean isMaintenanceSlow() {
        return checkpoints.isRestartDue();
    }

    /** Maintains the write-ahead log; to be called after every group. */
    void maintain() {
        if (writer == null) {
            return;
        }
        try {
            checkpoints.afterGroup(writer);
        } catch (SQLException | RuntimeException | Error e) {
            // Whatever it is: the writes of the group are on disk, and are to be completed.
            LOG.warn("The write-ahead log cannot be restarted: {}", e.getMessage());
            // The driver may have closed one of its statements for good.
            closeWriter();
        }
    }

    private void closeWriter() {
        try {
            writer.close();
        } catch (JdbiException e) {
            // The writes of the group must be completed nevertheless.
            LOG.warn("The write connection cannot be closed: {}", Failures.rootMessage(e));
        } finally {
            writer = null;
        }
    }

    @Override
    public void close() {
        checkpoints.close();
        if (writer != null) {
            closeWriter();
        }
    }
}
