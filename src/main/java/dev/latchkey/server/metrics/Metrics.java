package dev.latchkey.server.metrics;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The metrics of one server. Each part of the server adds its own, once; each is on the page {@code metrics.md}.
 *
 * <p>Gauges and counters cost nothing but at a scrape, which reads the values where they are kept. A supplier must be safe for
 * concurrent use and must not block. What Dropwizard counts already is not counted a second time.
 */
public final class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final FollowedRegistry dropwizard = new FollowedRegistry();

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

    /** Adds a histogram of durations, classic and native, of what the Dropwizard timer of this name measures. */
    public void durations(String name, String help, String timer, double... secondsUpTo) {
        Histogram durations = histogram(name, help, secondsUpTo);
        dropwizard.follow(timer, nanos -> durations.observe(nanos / 1e9));
    }

    /** Adds a histogram, classic and native, of what the Dropwizard histogram of this name measures. */
    public void values(String name, String help, String histogram, double... upTo) {
        Histogram values = histogram(name, help, upTo);
        dropwizard.follow(histogram, values::observe);
    }

    private Histogram histogram(String name, String help, double... upTo) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicUpperBounds(upTo)
                .withoutExemplars()
                .register(registry);
    }

    /** What the Dropwizard metric of this name has now: the count, or the value of a gauge; NaN as long as there is no such metric. */
    public DoubleSupplier reading(String name) {
        return () -> {
            Metric metric = dropwizard.getMetrics().get(name);
            if (metric instanceof Gauge<?> gauge) {
                return gauge.getValue() instanceof Number value ? value.doubleValue() : Double.NaN;
            }
            return metric instanceof Counting counting ? counting.getCount() : Double.NaN;
        };
    }
}
