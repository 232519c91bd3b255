package dev.latchkey.server.metrics;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;

/** Metrics for Prometheus at {@code /metrics} of the admin port, beside Dropwizard's JSON. */
public final class MetricsBundle implements ConfiguredBundle<Configuration> {
    private final Metrics metrics = new Metrics();
    private Bootstrap<?> bootstrap;

    @Override
    public void initialize(Bootstrap<?> bootstrap) {
        bootstrap.setMetricRegistry(metrics.dropwizard());
        this.bootstrap = bootstrap;
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        SystemMetrics.addTo(metrics);
        // Those of the JVM take a good part of a start, and nobody reads them before it is over.
        environment.lifecycle().addServerLifecycleListener(server -> {
            bootstrap.registerMetrics();
            SystemMetrics.addJvm(metrics.registry());
        });
        environment
                .admin()
                .addFilter("prometheus", new PrometheusFilter(metrics.registry()))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/metrics");
    }

    public Metrics metrics() {
        return metrics;
    }
}
