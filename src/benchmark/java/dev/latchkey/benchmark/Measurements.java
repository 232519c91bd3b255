package dev.latchkey.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What was measured, round by round. Every name gets one figure a round. */
final class Measurements {
    private final Map<String, List<Double>> values = new HashMap<>();

    /** Adds the figure of a round, and shows it. */
    void add(String name, double value) {
        System.out.printf(Locale.ROOT, "  %-60s %,14.1f%n", name, value);
        values.computeIfAbsent(name, missing -> new ArrayList<>()).add(value);
    }

    /** In order of size; empty if it was not measured. */
    List<Double> sorted(String name) {
        return values.getOrDefault(name, List.of()).stream().sorted().toList();
    }

    /** NaN if it was not measured. */
    double median(String name) {
        List<Double> sorted = sorted(name);
        return sorted.isEmpty() ? Double.NaN : median(sorted);
    }

    static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Each of two figures of the same round, in order of size; empty unless both were measured. */
    List<Double> sortedRatios(String name, String toName) {
        List<Double> upper = values.getOrDefault(name, List.of());
        List<Double> lower = values.getOrDefault(toName, List.of());
        return IntStream.range(0, Math.min(upper.size(), lower.size()))
                .mapToObj(round -> upper.get(round) / lower.get(round))
                .sorted()
                .toList();
    }
}
