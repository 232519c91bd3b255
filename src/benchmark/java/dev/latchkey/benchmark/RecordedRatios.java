package dev.latchkey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ratios that {@link SpeedGuard} once saw, in a file that says how they are renewed. */
final class RecordedRatios {
    /** How many times the recorded ratio is too slow. Machines are noisy, and differ. */
    private static final double TOLERANCE = 2;

    private static final Path FILE = Path.of("src/benchmark/speed.properties");

    private final Map<String, Double> recorded = new LinkedHashMap<>();
    private final List<String> lines;

    private RecordedRatios(List<String> lines) {
        this.lines = lines;
        for (String line : lines) {
            if (!line.startsWith("#")) {
                String[] entry = line.split("=", 2);
                recorded.put(entry[0], Double.valueOf(entry[1]));
            }
        }
    }

    static RecordedRatios read() throws IOException {
        return new RecordedRatios(Files.readAllLines(FILE));
    }

    /** Prints these beside the recorded ones; whether none is too slow. */
    boolean compare(Map<String, Double> ratios) {
        System.out.printf("%nProcessor time of a request, as a multiple of what the least takes that would do%n%n");
        System.out.printf("| %-8s | %6s | %8s | %7s |%n", "", "now", "recorded", "at most");
        System.out.printf("|%s|%s:|%s:|%s:|%n", "-".repeat(10), "-".repeat(7), "-".repeat(9), "-".repeat(8));
        boolean isWithin = true;
        for (Map.Entry<String, Double> ratio : ratios.entrySet()) {
            double now = ratio.getValue();
            double before = recorded.get(ratio.getKey());
            boolean isTooSlow = now > TOLERANCE * before;
            isWithin &= !isTooSlow;
            System.out.printf(
                    Locale.ROOT,
                    "| %-8s | %6.2f | %8.2f | %7.2f |%s%n",
                    ratio.getKey(),
                    now,
                    before,
                    TOLERANCE * before,
                    isTooSlow ? " TOO SLOW" : "");
        }
        return isWithin;
    }

    /** Writes these into the file, in the place of the recorded ones. */
    void replace(Map<String, Double> ratios) throws IOException {
        List<String> renewed = lines.stream()
                .map(line -> line.startsWith("#") ? line : renewed(line.split("=", 2)[0], ratios))
                .toList();
        Files.write(FILE, renewed);
    }

    private static String renewed(String name, Map<String, Double> ratios) {
        return String.format(Locale.ROOT, "%s=%.2f", name, ratios.get(name));
    }
}
