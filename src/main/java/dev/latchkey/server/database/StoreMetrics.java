package dev.latchkey.server.database;

import dev.latchkey.server.metrics.Metrics;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What a store does, and what may run short. */
final class StoreMetrics {
    private static final double[] SECONDS = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5};
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private StoreMetrics() {}

    static void addTo(Metrics metrics, DatabaseSettings settings, MeasuredDatabase database) {
        metrics.counter(
                "latchkey_store_reads",
                "Reads of the store.",
                "outcome",
                database.reads().byOutcome());
        metrics.counter(
                "latchkey_store_writes",
                "Write transactions of the store, as those who wait for them see it.",
                "outcome",
                database.writes().byOutcome());
        String pool = "io.dropwizard.db.ManagedPooledDataSource.database.";
        metrics.gauge(
                "latchkey_store_connections",
                "Connections to the database that requests share.",
                "state",
                Map.of("active", metrics.reading(pool + "active"), "idle", metrics.reading(pool + "idle")));
        metrics.gauge(
                "latchkey_store_connections_max",
                null,
                "How many connections to the database there can be.",
                settings::maxConnections);
        metrics.gauge(
                "latchkey_store_connections_waiting",
                null,
                "Requests that wait for a connection to the database.",
                metrics.reading(pool + "waiting"));
        if (settings.isSqlite()) {
            addSqlite(metrics, settings::writeQueue);
        } else {
            metrics.counter(
                    "latchkey_store_retries",
                    "Transactions that PostgreSQL aborted or lost, and that were tried again.",
                    metrics.reading("database.retries"));
        }
    }

    private static void addSqlite(Metrics metrics, DoubleSupplier queue) {
        metrics.values(
                "latchkey_store_group_writes",
                "Writes that shared a transaction, and its sync of the disk.",
                "database.writes.group-size",
                SIZES);
        metrics.durations(
                "latchkey_store_group_duration_seconds",
                "How long the transaction of a group took, its commit included.",
                "database.writes.group-duration",
                SECONDS);
        metrics.durations(
                "latchkey_store_commit_duration_seconds",
                "How long the commit of a group took, which is mostly the sync of the disk.",
                "database.writes.commit-duration",
                SECONDS);
        metrics.gauge(
                "latchkey_store_write_queue_length",
                null,
                "Writes that wait for the disk.",
                metrics.reading("database.writes.waiting"));
        metrics.gauge("latchkey_store_write_queue_capacity", null, "How many writes may wait.", queue);
        metrics.counter(
                "latchkey_store_write_refusals",
                "Writes that were refused because too many waited.",
                metrics.reading("database.writes.refused"));
        metrics.gauge(
                "latchkey_store_log_pages",
                null,
                "Pages of 4 KiB in the write-ahead log.",
                metrics.reading("database.log.pages"));
        metrics.durations(
                "latchkey_store_checkpoint_duration_seconds",
                "How long it took to copy the write-ahead log into the database file.",
                "database.log.checkpoints",
                SECONDS);
    }
}
