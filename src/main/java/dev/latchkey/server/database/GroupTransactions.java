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

/** Writes one group after the other in a transaction each; for one thread at a time. */
final class GroupTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupTransactions.class);

    /** Opens the connection that writes: at first, and again whenever it has become useless. */
    interface Connector {
        SqliteWriter open() throws SQLException, IOException;
    }

    private final Connector connector;
    private final LogCheckpoints checkpoints;
    private final Histogram sizes;
    private final Timer durations;
    // Null while there is none that works.
    private SqliteWriter writer;

    /**
     * Measured as {@code database.writes.*}.
     *
     * @throws SQLException if the connection cannot be opened
     * @throws IOException if the file is not there any more
     */
    GroupTransactions(Connector connector, LogCheckpoints checkpoints, MetricRegistry metrics)
            throws SQLException, IOException {
        this.connector = connector;
        this.checkpoints = checkpoints;
        this.sizes = metrics.histogram("database.writes.group-size");
        this.durations = metrics.timer("database.writes.group-duration");
        this.writer = connector.open();
    }

    /** Does all of the group, and nothing if that fails. Returns why it is lost, or null once it is on disk. */
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
            writer.commit();
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

    /** Looks after the write-ahead log; to be called after every group. */
    void maintain() {
        if (writer == null) {
            return;
        }
        try {
            checkpoints.afterGroup(writer);
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The write-ahead log cannot begin anew: {}", e.getMessage());
            // The driver may have closed one of its statements for good.
            closeWriter();
        }
    }

    private void closeWriter() {
        try {
            writer.close();
        } catch (JdbiException e) {
            // Whoever is in the group has to hear of it nevertheless.
            LOG.warn("The connection that writes cannot be closed: {}", Failures.rootMessage(e));
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
