package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real Prometheus that scrapes one server several times a second, with the alert rules that operators get. */
public final class Prometheus implements AutoCloseable {
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Path log;
    private final KeptPort port = new KeptPort();
    private final URI address = URI.create("http://127.0.0.1:" + port.number());
    private final Process process;

    /** {@code folder} is one that is there, for its data; {@code options} are those of its command line. */
    public Prometheus(Path folder, URI admin, String... options) throws IOException {
        Path program = Program.find("what Prometheus reads was", "prometheus");
        log = folder.resolve("log.txt");
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, """
                global: {scrape_interval: 300ms, scrape_timeout: 300ms, evaluation_interval: 300ms}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: latchkey
                    static_configs: [{targets: ['%s']}]
                """.formatted(Watch.RULES.toAbsolutePath(), admin.getAuthority()));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + address.getAuthority()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Waits until the query has a result, for a minute at most; then there is none. */
    public JsonNode await(String query) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MAX_NANOS;
        JsonNode result = mapper.missingNode();
        while (result.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            if (!process.isAlive()) {
                throw new IllegalStateException(log());
            }
            try {
                result = query(query);
            } catch (IOException e) {
                // It does not listen yet.
                result = mapper.missingNode();
            }
        }
        return result;
    }

    /** The result of a query now: a list of series, each with one value. */
    public JsonNode query(String query) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .path("result");
    }

    /** What the API has at this path. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path)).build();
        JsonNode answer = mapper.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (!"success".equals(answer.path("status").textValue())) {
            throw new IllegalArgumentException(path + ": " + answer);
        }
        return answer.path("data");
    }

    /** What it has logged. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        port.close();
    }
}
