package dev.latchkey.server.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The metrics of one server. Each part of the server adds its own, once; each is on the page {@code metrics.md}.
 *
 * <p>Those that are added here cost nothing but at a scrape, which reads the values where they are kept. A supplier must be safe for
 * concurrent use and must not block. What is counted elsewhere already is counted there alone.
 */
public final class Metrics {
    private final PrometheusRegistry registry;
    private final MetricRegistry dropwizard;

    Metrics(PrometheusRegistry registry, MetricRegistry dropwizard) {
        this.registry = registry;
        this.dropwizard = dropwizard;
    }

    /** For metrics of all other types. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** For what Dropwizard and its libraries measure. */
    public MetricRegistry dropwizard() {
        return dropwizard;
    }

    /**
     * Adds a gauge.
     *
     * @param name in base units, without a unit's name at its end if {@code unit} is given
     * @param unit null for a plain number
     * @param value NaN as long as there is none
     */
    public void gauge(String name, Unit unit, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .unit(unit)
                .help(help)
                .callback(reading -> reading.call(value.getAsDouble()))
                .register(registry);
    }

    /** Adds a gauge with one label, whose values are the keys of {@code values}. */
    public void gauge(String name, String help, String label, Map<String, DoubleSupplier> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(reading -> values.forEach((key, value) -> reading.call(value.getAsDouble(), key)))
                .register(registry);
    }

    /** Adds a counter; {@code _total} is put behind its name. */
    public void counter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(reading -> reading.call(value.getAsDouble()))
                .register(registry);
    }

    /** Adds a counter with one label, whose values are the keys of {@code values}. */
    public void counter(String name, String help, String label, Map<String, DoubleSupplier> values) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(reading -> values.forEach((key, value) -> reading.call(value.getAsDouble(), key)))
                .register(registry);
    }
}
