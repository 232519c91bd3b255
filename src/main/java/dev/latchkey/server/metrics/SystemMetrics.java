package dev.latchkey.server.metrics;

import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What is running, and how its process and JVM are: processor time, memory, garbage collection, threads, open files, what it logs. */
final class SystemMetrics {
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    private SystemMetrics() {}

    static void addTo(Metrics metrics) {
        Info build = Info.builder()
                .name("latchkey_build")
                .help("The version that runs.")
                .labelNames("version")
                .register(metrics.registry());
        String version = SystemMetrics.class.getPackage().getImplementationVersion();
        build.setLabelValues(version == null ? "unknown" : version);

        Map<String, DoubleSupplier> lines = new LinkedHashMap<>();
        LEVELS.forEach(level -> lines.put(level, metrics.reading("ch.qos.logback.core.Appender." + level)));
        metrics.counter("latchkey_log_events", "Lines of the application's log.", "level", lines);
    }

    /** Adds the metrics of the JVM, one by one: the library's own list of all of them would keep every registry for good. */
    static void addJvm(PrometheusRegistry registry) {
        ProcessMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
    }
}
