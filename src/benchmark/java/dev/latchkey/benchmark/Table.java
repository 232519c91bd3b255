package dev.latchkey.benchmark;

import java.util.Locale;
import java.util.Optional;

/** Two figures a row, and the one as a multiple of the other. */
final class Table {
    private static final String LINE = "| %-56s | %12s | %-56s | %12s | %8s |%n";

    private final Measurements measurements;

    Table(Measurements measurements) {
        this.measurements = measurements;
    }

    void section(String title) {
        System.out.printf("%n%s%n%n", title);
        System.out.printf(LINE, "this", "", "compared to", "", "ratio");
        System.out.printf(
                "|%s|%s:|%s|%s:|%s:|%n", "-".repeat(58), "-".repeat(13), "-".repeat(58), "-".repeat(13), "-".repeat(9));
    }

    void row(String name, String other) {
        System.out.printf(
                LINE,
                name,
                shown("%,.0f", measurements.median(name)),
                other,
                shown("%,.0f", measurements.median(other)),
                shown("%.2f", measurements.ratio(name, other)));
    }

    private static String shown(String format, Optional<Double> figure) {
        return figure.map(value -> String.format(Locale.ROOT, format, value)).orElse("-");
    }
}
