package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.JarProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server with the {@code config.yml} of the project prints, in both formats. */
@Timeout(120)
final class LogFormatIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final String TIME = "20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @TempDir
    private Path folder;

    private List<String> linesOfAServer(Map<String, String> variables) throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess server = JarProcess.start(folder, variables, "server")) {
            Api api = server.api();
            String token = api.newToken();
            send(server, "/api/data?prefix=a", token, "listed");
            send(server, "/api/data/none", token, "missing");
            send(server, "/nothing", null, "nothing");
            send(server, "/api/data", "no.good.token", "refused");
            server.terminate();
            assertThat(server.exitCode()).isZero();
            return server.output();
        }
    }

    private static void send(JarProcess server, String path, String token, String requestId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("traceparent", TRACEPARENT)
                .header("X-Request-Id", requestId)
                .header("User-Agent", "latin\u00e9");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    @Test
    void eachLineIsAnObject() throws Exception {
        JsonMapper mapper = new JsonMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : linesOfAServer(Map.of("LATCHKEY_LOG_FORMAT", "json"))) {
            assertThat(line)
                    .matches("\\{\"time\":\"" + TIME
                            + "\",\"level\":\"[A-Z]+\",\"logger\":\"[^\"]+\",\"message\":\".*}");
            assertThat(line.chars()).allMatch(character -> character >= ' ' && character <= '~');
            lines.add(mapper.readTree(line));
        }
        JsonNode up = lines.stream()
                .filter(line -> line.path("message").asText().contains(" is up: "))
                .findFirst()
                .orElseThrow();
        assertThat(up.path("logger").asText()).isEqualTo("latchkey");

        JsonNode registered = event(lines, "registration_succeeded");
        assertThat(registered.path("logger").asText()).isEqualTo("audit");
        String user = registered.path("user_id").asText();
        assertThat(registered.path("operation").asText()).isEqualTo("registerUser");

        JsonNode listed = request(lines, "listed");
        assertThat(listed.path("logger").asText()).isEqualTo("requests");
        assertThat(listed.path("message").asText()).isEqualTo("GET /api/data HTTP/1.1");
        assertThat(listed.path("trace_id").asText()).isEqualTo(TRACE);
        assertThat(listed.path("user_id").asText()).isEqualTo(user);
        assertThat(listed.path("operation").asText()).isEqualTo("listEntries");
        assertThat(listed.path("method").asText()).isEqualTo("GET");
        assertThat(listed.path("status").intValue()).isEqualTo(200);
        assertThat(listed.path("bytes").intValue()).isPositive();
        assertThat(listed.path("duration_ms").isIntegralNumber()).isTrue();
        assertThat(listed.path("client").asText()).isEqualTo("127.0.0.1");

        assertThat(request(lines, "missing").path("status").intValue()).isEqualTo(404);
        JsonNode nothing = request(lines, "nothing");
        assertThat(nothing.path("trace_id").asText()).isEqualTo(TRACE);
        assertThat(nothing.has("operation")).isFalse();
        assertThat(nothing.has("user_id")).isFalse();

        JsonNode refused = event(lines, "token_refused");
        assertThat(refused.path("trace_id").asText()).isEqualTo(TRACE);
        assertThat(refused.path("request_id").asText()).isEqualTo("refused");
        assertThat(request(lines, "refused").has("user_id")).isFalse();
    }

    private static JsonNode request(List<JsonNode> lines, String id) {
        return lines.stream()
                .filter(line -> line.path("logger").asText().equals("requests")
                        && line.path("request_id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(lines));
    }

    private static JsonNode event(List<JsonNode> lines, String event) {
        return lines.stream()
                .filter(line -> line.path("event").asText().equals(event))
                .findFirst()
                .orElseThrow(() -> new AssertionError(lines));
    }

    @Test
    void textIsForPeople() throws Exception {
        List<String> lines = linesOfAServer(Map.of());
        assertThat(lines).anyMatch(line -> line.matches(TIME + " INFO  \\[-] latchkey: Latchkey.* is up: .*"));
        assertThat(lines)
                .anyMatch(line -> line.matches(
                        "\\[?" + TIME + "]? REQ   \\[listed] 127\\.0\\.0\\.1 \"GET /api/data HTTP/1\\.1\" 200 \\d+ \\d+"
                                + " trace=" + TRACE));
        assertThat(lines)
                .anyMatch(line -> line.matches("\\{\"time\":\"" + TIME
                        + "\",\"event\":\"token_refused\",.*\"request_id\":\"refused\",\"trace_id\":\"" + TRACE
                        + "\",\"client\":\"127\\.0\\.0\\.1\"}"));
    }
}
