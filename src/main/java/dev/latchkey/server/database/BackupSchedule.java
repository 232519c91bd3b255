package dev.latchkey.server.database;

import dev.latchkey.server.database.BackupSeries.Made;
import dev.latchkey.server.maintenance.Maintenance;
import dev.latchkey.server.metrics.Metrics;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a backup of a SQLite store again and again, and deletes the oldest ones of its own. When the last one was made it knows from the
 * files, so several servers on one store make one backup at a time.
 *
 * <p>After a failure it tries again in a minute, then in two and so on, up to an hour, or to the time between two backups if that is
 * shorter. Only a backup that was made and checked makes it delete others.
 */
final class BackupSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration MAX_RETRY = Duration.ofHours(1);

    private final DatabaseSettings store;
    private final Duration every;
    private final int keep;
    private final Clock clock;
    private volatile Made last;
    private volatile long lastSize;
    private final AtomicLong failures = new AtomicLong();
    private int failuresInARow;
    private Instant due = Instant.MIN;

    /** For a store that exists, if {@code settings} ask for backups. */
    BackupSchedule(DatabaseSettings store, BackupSettings settings, Clock clock) {
        this.store = store;
        this.every = settings.every() == null ? null : settings.every().toJavaDuration();
        this.keep = settings.keep();
        this.clock = clock;
    }

    /** Adds the work and the metrics, which have no value if there is nothing to do. */
    void addTo(Maintenance maintenance, Metrics metrics) {
        if (every != null) {
            maintenance.repeat(LOOK, "Cannot look after backups", this::run);
        }
        metrics.gauge(
                "latchkey_backup_interval",
                Unit.SECONDS,
                "The time between two scheduled backups; NaN if there is no schedule.",
                () -> every == null ? Double.NaN : every.toSeconds());
        metrics.gauge(
                "latchkey_backup_last_success_timestamp",
                Unit.SECONDS,
                "When the newest scheduled backup was begun, in Unix time; 0 if there is none, NaN if there is no schedule.",
                () -> every == null
                        ? Double.NaN
                        : last == null ? 0 : last.time().toEpochMilli() / 1000.0);
        metrics.gauge(
                "latchkey_backup_last_size",
                Unit.BYTES,
                "The size of the newest scheduled backup; NaN if there is none.",
                () -> last == null ? Double.NaN : lastSize);
        metrics.counter("latchkey_backup_failures", "Scheduled backups that failed since the start.", failures::get);
    }

    /** Makes a backup if it is time. */
    void run() {
        if (clock.instant().isBefore(due)) {
            return;
        }
        try {
            runWithLock(BackupSeries.of(store));
        } catch (SQLException | IOException | RuntimeException e) {
            failures.incrementAndGet();
            due = clock.instant().plus(pauseAfterFailure());
            LOG.error(
                    "The scheduled backup failed: {}. The next attempt is at {}; the last backup is {}.",
                    e instanceof IOException file ? DatabaseFile.fileAndReason(file) : Failures.rootMessage(e),
                    due,
                    last == null ? "none" : last.file());
        }
    }

    private void runWithLock(BackupSeries series) throws SQLException, IOException {
        Optional<FolderLock> free = FolderLock.tryTake(series.folder());
        if (free.isEmpty()) {
            // Another backup is being made: look again soon.
            return;
        }
        try (FolderLock lock = free.get()) {
            learn(series);
            if (!clock.instant().isBefore(due)) {
                Path file = series.folder().toRealPath().resolve(series.nameAt(clock.instant()));
                Backup.write(store, file);
                learn(series);
                failuresInARow = 0;
                LOG.info("Backed up to {}, {} bytes.", file, lastSize);
                deleteOld(series, file);
            }
        }
    }

    /** A backup of the future, by a clock that was wrong, keeps nobody from making the next one. */
    private void learn(BackupSeries series) throws IOException {
        Instant now = clock.instant();
        last = series.all().stream()
                .filter(made -> !made.time().isAfter(now))
                .findFirst()
                .orElse(null);
        lastSize = last == null ? 0 : Files.size(last.file());
        due = last == null ? now : last.time().plus(every);
    }

    private void deleteOld(BackupSeries series, Path newest) throws IOException {
        List<Made> all = series.all();
        for (Made old : all.subList(Math.min(keep, all.size()), all.size())) {
            if (Files.isSameFile(old.file(), newest)) {
                continue;
            }
            try {
                Files.delete(old.file());
                LOG.info("Deleted the old backup {}.", old.file());
            } catch (IOException e) {
                LOG.error("The old backup {} cannot be deleted: {}.", old.file(), DatabaseFile.reason(e));
            }
        }
    }

    private Duration pauseAfterFailure() {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failuresInARow++, 10));
        Duration max = every.compareTo(MAX_RETRY) < 0 ? every : MAX_RETRY;
        return pause.compareTo(max) < 0 ? pause : max;
    }
}
