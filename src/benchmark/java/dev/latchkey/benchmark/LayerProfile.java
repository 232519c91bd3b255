package dev.latchkey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the samples of a profile are spread over the layers. */
final class LayerProfile {
    private final Map<Layer, Long> samples = new EnumMap<>(Layer.class);
    private final Map<String, Long> unknown = new HashMap<>();
    private long total;

    /** Reads a file of {@link Profiler}. */
    static LayerProfile read(Path file) throws IOException {
        LayerProfile profile = new LayerProfile();
        for (String line : Files.readAllLines(file)) {
            int end = line.lastIndexOf(' ');
            profile.add(List.of(line.substring(0, end).split(";")), Long.parseLong(line.substring(end + 1)));
        }
        return profile;
    }

    private void add(List<String> frames, long count) {
        Layer layer = Layer.of(frames);
        samples.merge(layer, count, Long::sum);
        total += count;
        if (layer == Layer.OTHER) {
            // Of all threads of a pool together.
            String thread = frames.get(0).replaceAll("\\d+", "N");
            unknown.merge(thread + " ... " + frames.get(frames.size() - 1), count, Long::sum);
        }
    }

    /** Between 0 and 1; 0 if there are no samples at all. */
    double share(Layer layer) {
        return total == 0 ? 0 : (double) samples.getOrDefault(layer, 0L) / total;
    }

    long total() {
        return total;
    }

    /** What {@link Layer} has no rule for, the most frequent first. */
    List<String> unknown(int max) {
        return unknown.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(max)
                .map(entry -> entry.getValue() + " of " + total + ": " + entry.getKey())
                .toList();
    }
}
