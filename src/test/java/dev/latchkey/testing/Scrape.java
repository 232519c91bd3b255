package dev.latchkey.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server tells Prometheus.
 *
 * @param text in the text format
 * @param families by name
 */
public record Scrape(String text, Map<String, Family> families) {
    private static final Pattern SAMPLE = Pattern.compile("^(\\w+)(?:\\{(.*)})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /**
     * A metric.
     *
     * @param labels their values by name, without the bounds of buckets
     * @param samples the values by name and labels, as they are in the text
     */
    public record Family(String type, String help, Map<String, Set<String>> labels, Map<String, Double> samples) {}

    public static Scrape of(ServerExtension server) {
        return of(server.admin());
    }

    public static Scrape of(URI admin) {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve("/metrics"))
                .header("Accept", "text/plain;version=0.0.4")
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            return parse(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Scrape parse(String text) {
        Map<String, Family> families = new TreeMap<>();
        String help = "";
        Family family = null;
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                help = words[3];
            } else if (line.startsWith("# TYPE ")) {
                family = new Family(words[3], help, new TreeMap<>(), new TreeMap<>());
                families.put(words[2], family);
            } else {
                add(line, family);
            }
        }
        return new Scrape(text, families);
    }

    private static void add(String line, Family family) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException(line);
        }
        String labels = sample.group(2) == null ? "" : sample.group(2);
        for (MatchResult label : LABEL.matcher(labels).results().toList()) {
            if (!label.group(1).equals("le")) {
                family.labels
                        .computeIfAbsent(label.group(1), absent -> new TreeSet<>())
                        .add(label.group(2));
            }
        }
        family.samples.put(line.substring(0, line.lastIndexOf(' ')), Double.valueOf(sample.group(3)));
    }

    /** The value of a sample as the text has it, such as {@code name{label="value"}}; 0 if there is none yet. */
    public double value(String sample) {
        return families.values().stream()
                .map(family -> family.samples.get(sample))
                .filter(value -> value != null)
                .findFirst()
                .orElse(0.0);
    }

    /** The names that a query can ask for. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        families.values()
                .forEach(family -> family.samples.keySet().forEach(sample -> names.add(sample.split("\\{")[0])));
        return names;
    }
}
