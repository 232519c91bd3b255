package dev.latchkey.benchmark;

import java.util.List;
import java.util.Locale;

/** In each row two figures, medians of all rounds, and how many times the second the first is: the median, the least, the most. */
final class Table {
    private static final String LINE = "| %-56s | %9s | %-56s | %9s | %7s | %15s |%n";

    private final Measurements measurements;

    Table(Measurements measurements) {
        this.measurements = measurements;
    }

    void section(String title) {
        System.out.printf("%n%s%n%n", title);
        System.out.printf(LINE, "this", "", "compared to", "", "ratio", "from - to");
        System.out.printf(
                "|%s|%s:|%s|%s:|%s:|%s:|%n",
                "-".repeat(58), "-".repeat(10), "-".repeat(58), "-".repeat(10), "-".repeat(8), "-".repeat(16));
    }

    void row(String name, String other) {
        List<Double> figures = measurements.sorted(name);
        List<Double> others = measurements.sorted(other);
        List<Double> ratios = measurements.sortedRatios(name, other);
        if (ratios.isEmpty()) {
            System.out.printf(LINE, name, "-", other, "-", "-", "not measured");
        } else {
            System.out.printf(
                    LINE,
                    name,
                    shown("%,.0f", Measurements.median(figures)),
                    other,
                    shown("%,.0f", Measurements.median(others)),
                    shownRatio(Measurements.median(ratios)),
                    shownRatio(ratios.get(0)) + " - " + shownRatio(ratios.get(ratios.size() - 1)));
        }
    }

    private static String shownRatio(double ratio) {
        return shown(ratio < 0.1 ? "%.4f" : "%.2f", ratio);
    }

    private static String shown(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
