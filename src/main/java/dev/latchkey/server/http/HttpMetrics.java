package dev.latchkey.server.http;

import dev.latchkey.server.contract.Operations;
import dev.latchkey.server.http.transfer.TransferHandler;
import dev.latchkey.server.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;

/**
 * Measures each request of the API when its last byte was sent, also one that no operation got to see. No label is what a client made
 * up, such as a path.
 */
final class HttpMetrics implements RequestLog {
    private static final double[] SECONDS = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final Operations operations;
    private final Histogram durations;
    private final Map<String, OperationMetrics> byOperation = new ConcurrentHashMap<>();

    HttpMetrics(Metrics metrics, Operations operations) {
        this.operations = operations;
        this.durations = Histogram.builder()
                .name("http_server_request_duration_seconds")
                .help("How long requests took, from their first byte to the last one of the answer.")
                .labelNames("operation", "method", "status")
                .classicUpperBounds(SECONDS)
                .withoutExemplars()
                .register(metrics.registry());
        operations.whenKnown(operation -> {
            if (!operation.id().equals(Operations.OTHER)) {
                byOperation.put(operation.id(), OperationMetrics.in(metrics.dropwizard(), operation.name()));
            }
        });
        addOthers(metrics);
    }

    private static void addOthers(Metrics metrics) {
        metrics.gauge(
                "http_server_active_requests",
                null,
                "Requests that are not answered to their last byte.",
                () ->
                        metrics
                                .dropwizard()
                                .getCounters((name, metric) -> name.endsWith("Handler.active-requests"))
                                .values()
                                .stream()
                                .mapToLong(counter -> counter.getCount())
                                .sum());
        String threads = "org.eclipse.jetty.util.thread.QueuedThreadPool.dw.";
        metrics.gauge(
                "latchkey_http_threads_used_ratio",
                null,
                "The part of server.maxThreads that is at work.",
                metrics.reading(threads + "utilization-max"));
        metrics.gauge(
                "latchkey_http_threads_queue_length",
                null,
                "Requests that wait for a thread.",
                metrics.reading(TransferHandler.QUEUE));
        metrics.counter(
                "latchkey_admission_refusals",
                "Log-ins and registrations that were refused before anything was done for them.",
                metrics.reading("requests.turned-away"));
        metrics.gauge(
                "latchkey_transfers_waiting",
                null,
                "Bodies and answers that wait for their clients.",
                metrics.reading("requests.transfers.waiting"));
        metrics.gauge(
                "latchkey_transfers_memory_bytes",
                null,
                "Memory of all bodies and answers in transfer.",
                metrics.reading("requests.transfers.bytes"));
        metrics.counter(
                "latchkey_transfers_aborted",
                "Transfers that were ended for their slowness, or for want of memory.",
                "reason",
                Map.of(
                        "slow", metrics.reading("requests.transfers.timed-out"),
                        "memory", metrics.reading("requests.transfers.evicted")));
    }

    @Override
    public void log(Request request, Response response) {
        if ("application".equals(request.getConnectionMetaData().getConnector().getName())) {
            String operation = operation(request);
            long nanos = NanoTime.since(request.getBeginNanoTime());
            durations.labelValues(operation, method(request), status(response)).observe(nanos / 1e9);
            OperationMetrics own = byOperation.get(operation);
            if (own != null) {
                own.add(nanos, response.getStatus());
            }
        }
    }

    private String operation(Request request) {
        if (request.getAttribute(OperationFeature.OPERATION) instanceof String id) {
            return id;
        }
        String path = request.getHttpURI() == null ? null : request.getHttpURI().getPath();
        // Refused before JAX-RS has seen it, or there is none.
        return path == null
                ? Operations.OTHER
                : operations
                        .find(request.getMethod(), path)
                        .map(Operations.Operation::id)
                        .orElse(Operations.OTHER);
    }

    private static String method(Request request) {
        return METHODS.contains(request.getMethod()) ? request.getMethod() : Operations.OTHER;
    }

    private static String status(Response response) {
        int status = response.getStatus();
        return status >= 100 && status < 600 ? Integer.toString(status) : Operations.OTHER;
    }
}
