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
 * Copies what is in the write-ahead log into the database file, beside the writing.
 *
 * <p>SQLite by itself does this within a commit, which then takes many times as long. Here a thread of its own copies nearly
 * all of it while writing goes on; the writer copies what has come in since, between two groups, and the next group begins
 * the log anew. So the log stays near {@link #PAGES}, however long and hard is written, except while somebody reads one
 * state of the database for long.
 */
final class LogCheckpoints implements AutoCloseable {
    /** The size of the log at which copying begins: 16 MiB. */
    static final int PAGES = 4_000;

    /** To how much the log's file shrinks when it begins anew. */
    static final long MAX_FILE_BYTES = 64L << 20;

    // What the writer can copy without being missed.
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

    /** Measured as {@code database.log.*}. */
    LogCheckpoints(Jdbi connections, MetricRegistry metrics) {
        this.connections = connections;
        this.durations = metrics.timer("database.log.checkpoints");
        metrics.gauge("database.log.pages", () -> () -> pages);
    }

    /** For the thread that writes, between two groups. */
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

    /** Whether {@link #afterGroup} is going to copy, and sync, what is left. */
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

    /** Not where all is copied: the log keeps its size until something is written. */
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
            // While it copies, more is written; the rounds become shorter and shorter.
            int left = Integer.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && left > FEW_PAGES; round++) {
                left = handle.createQuery("PRAGMA wal_checkpoint(PASSIVE)")
                        .map((row, context) -> row.getInt("log") - row.getInt("checkpointed"))
                        .one();
            }
            next = Phase.COPIED;
        } catch (JdbiException e) {
            // Nothing is lost: the log keeps it all. The next group tries again.
            LOG.warn("The write-ahead log cannot be copied into the database: {}", Failures.rootMessage(e));
            rest();
        } finally {
            phase = next;
        }
    }

    /** Waits for a copy under way. */
    @Override
    public void close() {
        MoreExecutors.shutdownAndAwaitTermination(thread, MAX_CLOSE_TIME);
    }
}
