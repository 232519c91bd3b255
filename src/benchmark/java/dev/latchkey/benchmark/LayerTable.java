package dev.latchkey.benchmark;

import dev.latchkey.benchmark.ProfileRuns.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** For each layer the processor time that a request spends on it: its share of a profile, of the median of all rounds. */
final class LayerTable {
    private static final double MAX_OTHER = 0.05;
    private static final int SHOWN_UNKNOWN = 5;

    private LayerTable() {}

    static void print(Map<Kind, LayerProfile> profiles, Measurements measurements) {
        System.out.printf("%nProcessor time of a request by layer, in µs%n%n");
        if (profiles.isEmpty()) {
            System.out.println("There is no profiler for this system.");
            return;
        }
        StringBuilder head = new StringBuilder(String.format("| %-40s |", "layer"));
        StringBuilder line = new StringBuilder("|" + "-".repeat(42) + "|");
        for (Kind kind : profiles.keySet()) {
            head.append(String.format(" %-19s |       |", kind.shown()));
            line.append("-".repeat(20)).append(":|").append("-".repeat(6)).append(":|");
        }
        System.out.println(head);
        System.out.println(line);
        for (Layer layer : Layer.values()) {
            StringBuilder row = new StringBuilder(String.format("| %-40s |", layer.shown()));
            profiles.forEach((kind, profile) ->
                    row.append(figures(profile.share(layer) * measurements.median(kind.cpu()), profile.share(layer))));
            System.out.println(row);
        }
        StringBuilder sum = new StringBuilder(String.format("| %-40s |", "all"));
        profiles.keySet().forEach(kind -> sum.append(figures(measurements.median(kind.cpu()), 1)));
        System.out.println(sum);
        profiles.forEach(LayerTable::printUnknown);
    }

    private static String figures(double micros, double share) {
        return String.format(Locale.ROOT, " %,19.1f | %4.1f%% |", micros, share * 100);
    }

    private static void printUnknown(Kind kind, LayerProfile profile) {
        if (profile.total() == 0) {
            System.out.printf("%nThere were no samples of %s.%n", kind.shown());
        }
        if (profile.share(Layer.OTHER) > MAX_OTHER) {
            List<String> unknown = profile.unknown(SHOWN_UNKNOWN);
            System.out.printf("%nThe rules of Layer do not tell where much of %s goes:%n", kind.shown());
            unknown.forEach(stack -> System.out.println("  " + stack));
        }
    }
}
