package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Program;
import dev.latchkey.testing.Prometheus;
import dev.latchkey.testing.Scrape;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Prometheus says to the metrics, the alert rules and the dashboard. */
final class PrometheusIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void findsNothingWrongWithTheMetrics(Engine engine) throws Exception {
        ServerExtension server = ServerExtension.shared(engine);
        server.api().newToken();
        Path scrape = Files.writeString(
                folder.resolve("metrics.txt"), Scrape.of(server).text());
        Path promtool = promtool();

        String output = Program.run(
                        folder, Map.of(), List.of("sh", "-c", "'" + promtool + "' check metrics < " + scrape))
                .succeeded();

        assertThat(output).isEmpty();
    }

    @Test
    void findsNothingWrongWithTheRules() {
        promtool("check", "rules", Watch.RULES);
    }

    @Test
    void raisesTheAlertsAsTheTestsOfTheRulesExpect() {
        promtool("test", "rules", Watch.RULE_TESTS);
    }

    private static void promtool(String verb, String subject, Path file) {
        Program.run(Path.of("."), Map.of(), List.of(promtool().toString(), verb, subject, file.toString()))
                .succeeded();
    }

    private static Path promtool() {
        return Program.find("alert rules and metrics were", "promtool");
    }

    @Test
    void hasDataForEachPanelAndNoWarning() throws Exception {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        server.api().newToken();
        Set<String> had = Scrape.of(server).names();
        try (Prometheus prometheus = new Prometheus(folder, server.admin())) {
            assertThat(prometheus.await("count_over_time(up{job='latchkey'}[1m]) >= 4"))
                    .isNotEmpty();

            assertThat(prometheus.query("min_over_time(up[1m]) == 1")).isNotEmpty();
            Map<String, String> empty = new TreeMap<>();
            for (Map.Entry<String, String> panel : Watch.panels().entrySet()) {
                if (had.containsAll(Watch.metrics(panel.getValue()))
                        && prometheus.query(panel.getValue()).isEmpty()) {
                    empty.put(panel.getKey(), panel.getValue());
                }
            }
            assertThat(empty).isEmpty();
            for (JsonNode rule : prometheus.get("/api/v1/rules").at("/groups/0/rules")) {
                assertThat(rule.path("health").textValue()).as(rule.toString()).isEqualTo("ok");
            }
            assertHasNotWarned(prometheus);
        }
    }

    /** Only in protocol buffers are there native ones. */
    @Test
    void takesNativeHistograms() throws Exception {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        server.api().newToken();
        try (Prometheus prometheus = new Prometheus(folder, server.admin(), "--enable-feature=native-histograms")) {
            assertThat(prometheus.await("histogram_count(http_server_request_duration_seconds) > 0"))
                    .isNotEmpty();

            assertThat(prometheus.query("histogram_count(latchkey_store_group_writes) > 0"))
                    .isNotEmpty();
            assertHasNotWarned(prometheus);
        }
    }

    private static void assertHasNotWarned(Prometheus prometheus) throws IOException {
        assertThat(prometheus.log().lines())
                .noneMatch(line -> line.contains("level=warn") || line.contains("level=error"));
    }
}
