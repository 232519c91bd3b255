package dev.latchkey.server.metrics;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;

/** Metrics for Prometheus at {@code /metrics} of the admin port, beside Dropwizard's JSON. */
public final class MetricsBundle implements ConfiguredBundle<Configuration> {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private Metrics metrics;

    @Override
    public void initialize(Bootstrap<?> bootstrap) {
        metrics = new Metrics(registry, bootstrap.getMetricRegistry());
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        JvmMetrics.register(registry);
        environment
                .admin()
                .addFilter("prometheus", new PrometheusFilter(registry))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/metrics");
    }

    /** Available once the bundle is initialized. */
    public Metrics metrics() {
        return metrics;
    }
}
