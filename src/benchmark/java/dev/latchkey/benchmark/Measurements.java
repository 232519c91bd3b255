package dev.latchkey.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What was measured, round by round. A ratio is one of two figures of the same round; the median of the rounds counts. */
final class Measurements {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    /** Adds the figure of a round; every name gets one figure a round. */
    void add(String name, double value) {
        System.out.printf(Locale.ROOT, "  %-60s %,14.1f%n", name, value);
        values.computeIfAbsent(name, missing -> new ArrayList<>()).add(value);
    }

    /** Nothing if it was not measured. */
    Optional<Double> median(String name) {
        return Optional.ofNullable(values.get(name)).map(Measurements::median);
    }

    /** Nothing unless both were measured. */
    Optional<Double> ratio(String name, String toName) {
        List<Double> upper = values.get(name);
        List<Double> lower = values.get(toName);
        return upper == null || lower == null
                ? Optional.empty()
                : Optional.of(median(IntStream.range(0, Math.min(upper.size(), lower.size()))
                        .mapToObj(round -> upper.get(round) / lower.get(round))
                        .toList()));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
