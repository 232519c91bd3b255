package dev.latchkey.server.limits;

import com.google.common.collect.Maps;
import dev.latchkey.server.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What the limits refuse. */
public final class LimitMetrics {
    private static final String PREFIX = "limits.";
    private static final String SUFFIX = ".refused";

    private LimitMetrics() {}

    /** To be called when all limits are there. */
    public static void addTo(Metrics metrics) {
        List<String> limits = metrics.dropwizard().getNames().stream()
                .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
                .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                .toList();
        Map<String, DoubleSupplier> refused = Maps.toMap(limits, limit -> metrics.reading(PREFIX + limit + SUFFIX));
        metrics.counter("latchkey_limit_refusals", "Requests that a limit refused.", "limit", refused);
    }
}
