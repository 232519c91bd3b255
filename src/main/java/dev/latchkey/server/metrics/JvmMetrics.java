package dev.latchkey.server.metrics;

import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What is running, the process and its JVM: processor time, memory, garbage collection, threads, open files. */
final class JvmMetrics {
    private JvmMetrics() {}

    /** The library's own list of all of them would keep every registry for good. */
    static void register(PrometheusRegistry registry) {
        Info build = Info.builder()
                .name("latchkey_build")
                .help("The version that runs.")
                .labelNames("version")
                .register(registry);
        String version = JvmMetrics.class.getPackage().getImplementationVersion();
        build.setLabelValues(version == null ? "unknown" : version);
        ProcessMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
    }
}
