package dev.latchkey.server.database;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import com.google.common.util.concurrent.MoreExecutors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints: copies the write-ahead log into the database file, concurrently with writes.
 *
 * <p>By default, SQLite does this within a commit, which then takes many times as long. Here a separate thread copies nearly all of the
 * log while writes go on. Between two groups, the writer copies what was added since, and the next group restarts the log. So the log
 * stays near {@link #PAGES}, whatever the load, except during a long read transaction.
 */
final class LogCheckpoints implements AutoCloseable {
    /** The size of the log that starts a checkpoint: 16 MiB. */
    static final int PAGES = 4_000;

    /** The size to which the log file is truncated when it restarts. */
    static final long MAX_FILE_BYTES = 64L << 20;

    // What the writer can copy without a noticeable delay.
    private static final int FEW_PAGES = 400;
    private static final int MAX_ROUNDS = 8;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(LogCheckpoints.class);

    private enum Phase {
        RESTING,
        COPYING,
        COPIED
    }

    private final Jdbi connections;
    private final Timer durations;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread worker = new Thread(work, "database-checkpoint");
        worker.setDaemon(true);
        return worker;
    });
    private volatile Phase phase = Phase.RESTING;
    private volatile int pages;
    private volatile long restUntil = System.nanoTime();

    /** Has metrics under {@code database.log.*}. */
    LogCheckpoints(Jdbi connections, MetricRegistry metrics) {
        this.connections = connections;
        this.durations = metrics.timer("database.log.checkpoints");
        metrics.gauge("database.log.pages", () -> () -> pages);
    }

    /** Called by the writing thread, between two groups. */
    void afterGroup(SqliteWriter writer) throws SQLException {
        SqliteWriter.LogState log = writer.log();
        pages = log.pages();
        if (phase == Phase.COPIED) {
            restart(writer);
        } else if (phase == Phase.RESTING && isDue(log) && System.nanoTime() - restUntil >= 0) {
            phase = Phase.COPYING;
            thread.execute(this::copy);
        }
    }

    /** Whether {@link #afterGroup} will copy, and sync, the rest of the log. */
    boolean isRestartDue() {
        return phase == Phase.COPIED;
    }

    private void restart(SqliteWriter writer) throws SQLException {
        boolean isRestarted = false;
        try {
            isRestarted = writer.restartLog();
        } finally {
            phase = Phase.RESTING;
            if (!isRestarted) {
                rest();
            }
        }
    }

    /** False if everything is copied already: the log keeps its size until the next write. */
    private static boolean isDue(SqliteWriter.LogState log) {
        return log.pages() >= PAGES && log.copied() < log.pages();
    }

    private void rest() {
        restUntil = System.nanoTime() + PAUSE_NANOS;
    }

    private void copy() {
        Phase next = Phase.RESTING;
        try (Timer.Context ignored = durations.time();
                Handle handle = connections.open()) {
            // More is written during each round, but the rounds become shorter and shorter.
            int left = Integer.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && left > FEW_PAGES; round++) {
                left = handle.createQuery("PRAGMA wal_checkpoint(PASSIVE)")
                        .map((row, context) -> row.getInt("log") - row.getInt("checkpointed"))
                        .one();
            }
            next = Phase.COPIED;
        } catch (JdbiException e) {
            // Nothing is lost: the log keeps everything. A later group tries again.
            LOG.warn("The checkpoint of the write-ahead log failed: {}", Failures.rootMessage(e));
            rest();
        } finally {
            phase = next;
        }
    }

    /** Waits for a running checkpoint. */
    @Override
    public void close() {
        MoreExecutors.shutdownAndAwaitTermination(thread, MAX_CLOSE_TIME);
    }
}
