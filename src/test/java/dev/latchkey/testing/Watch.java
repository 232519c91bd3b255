package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The queries of the alert rules and the dashboard that operators get. */
public final class Watch {
    public static final Path RULES = Path.of("src/main/prometheus/alerts.yml");
    public static final Path RULE_TESTS = Path.of("src/test/prometheus/alerts-test.yml");

    private static final Path DASHBOARD = Path.of("src/main/grafana/latchkey.json");

    /** YAML, and JSON as well. */
    private static final YAMLMapper MAPPER = new YAMLMapper();

    /** The metrics of ours and of the process; words of the language and labels begin otherwise. */
    private static final Pattern METRIC = Pattern.compile("\\b(?:latchkey|http_server|jvm|process)_\\w+");

    private Watch() {}

    /** By the name of the alert. */
    public static Map<String, String> alerts() {
        Map<String, String> alerts = new TreeMap<>();
        for (JsonNode group : read(RULES).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                alerts.put(rule.path("alert").textValue(), rule.path("expr").textValue());
            }
        }
        return alerts;
    }

    /** By panel and letter; the dashboard's variables have a value. */
    public static Map<String, String> panels() {
        Map<String, String> panels = new TreeMap<>();
        for (JsonNode panel : read(DASHBOARD).path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String name = panel.path("title").textValue() + " "
                        + target.path("refId").textValue();
                String query = target.path("expr").textValue();
                panels.put(name, query.replace("$__rate_interval", "1m").replace("$instance", ".*"));
            }
        }
        return panels;
    }

    /** The alerts that a test of the rules expects to be raised. */
    public static Set<String> testedAlerts() {
        Set<String> tested = new TreeSet<>();
        for (JsonNode test : read(RULE_TESTS).path("tests")) {
            for (JsonNode one : test.path("alert_rule_test")) {
                if (!one.path("exp_alerts").isEmpty()) {
                    tested.add(one.path("alertname").textValue());
                }
            }
        }
        return tested;
    }

    /** The metrics that a query asks for. */
    public static Set<String> metrics(String query) {
        Set<String> metrics = new TreeSet<>();
        METRIC.matcher(query).results().map(MatchResult::group).forEach(metrics::add);
        return metrics;
    }

    private static JsonNode read(Path file) {
        try {
            return MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
