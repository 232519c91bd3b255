package dev.latchkey.data;

import dev.latchkey.server.metrics.Metrics;
import java.util.Map;

/** What becomes of entries beside the requests, and the imports that run. */
final class DataMetrics {
    private DataMetrics() {}

    static void addTo(Metrics metrics, Imports imports) {
        metrics.counter(
                "latchkey_swept",
                "What was deleted because its time was over.",
                "kind",
                Map.of(
                        "entry", metrics.reading("data.swept.entries"),
                        "tombstone", metrics.reading("data.swept.tombstones"),
                        "idempotency_key", metrics.reading("data.swept.idempotency-keys")));
        metrics.gauge("latchkey_imports_running", null, "Imports that run.", imports::running);
    }
}
