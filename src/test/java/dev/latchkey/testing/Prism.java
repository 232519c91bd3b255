package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Prism, a judge by the contract that is not ours; {@code src/test/node/prism.mjs} is the other end. It judges each answer, and each
 * request that succeeded.
 *
 * <p>With {@code -Dlatchkey.record=true}, what the tests have asked and were answered goes to {@code target/exchanges}, for Prism to
 * judge afterwards. With {@code -Dlatchkey.prism=true} it is a proxy before each server, and what it finds wrong fails the test.
 */
public final class Prism {
    /** The header of an answer in which Prism found something wrong. */
    static final String VIOLATIONS = "sl-violations";

    private static final boolean IS_ON = Boolean.getBoolean("latchkey.prism");
    private static final boolean IS_RECORDED = Boolean.getBoolean("latchkey.record");
    /** Another contract shows that Prism does find what is wrong. */
    private static final Path CONTRACT = Path.of(System.getProperty("latchkey.prism.contract", "api/openapi.yaml"))
            .toAbsolutePath();

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<URI, URI> PROXIES = new ConcurrentHashMap<>();

    private Prism() {}

    /** How many exchanges there were of each kind so far, and how many violations; nothing where Prism is off. */
    public static Optional<JsonNode> report() {
        return IS_ON ? Optional.of(ask(Map.of("report", true))) : Optional.empty();
    }

    /** Where to find the server so that Prism sees what it says. */
    static URI before(URI server) {
        return IS_ON ? PROXIES.computeIfAbsent(server, Prism::open) : server;
    }

    private static URI open(URI server) {
        return URI.create("http://127.0.0.1:"
                + ask(Map.of("upstream", server.getPort())).path("port").intValue());
    }

    /** Has an answer judged that came on a connection of its own: what such a test sends is nothing that a proxy would let through. */
    public static void check(Exchange recorded) {
        record(Map.of("recorded", recorded));
        if (IS_ON) {
            JsonNode violations = ask(Map.of("recorded", recorded)).path("violations");
            if (!violations.isEmpty()) {
                throw new AssertionError("Prism finds " + violations + " in " + recorded);
            }
        }
    }

    /** Keeps an exchange for Prism; {@code headers} are those of the request, by lower-case name. */
    static void record(Exchange exchange, Map<String, String> headers, String body) {
        record(Map.of("recorded", exchange, "request", Map.of("headers", headers, "body", body == null ? "" : body)));
    }

    private static void record(Map<String, Object> exchange) {
        if (IS_RECORDED) {
            synchronized (Recording.LINES) {
                try {
                    Recording.LINES.write(MAPPER.writeValueAsString(exchange) + "\n");
                    Recording.LINES.flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** A file for each JVM of the test run. */
    private static final class Recording {
        static final Writer LINES = open();

        private static Writer open() {
            try {
                Path folder = Files.createDirectories(Path.of("target", "exchanges"));
                return Files.newBufferedWriter(Files.createTempFile(folder, "", ".jsonl"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static synchronized JsonNode ask(Map<String, Object> question) {
        try {
            Running.QUESTIONS.write(MAPPER.writeValueAsString(question) + "\n");
            Running.QUESTIONS.flush();
            String answer = Running.ANSWERS.readLine();
            if (answer == null) {
                throw new AssertionError("Prism has ended; standard error says why");
            }
            return MAPPER.readTree(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Started with the first server; it ends when its standard input does, so no later than the tests. */
    private static final class Running {
        static final Process PROCESS = start();
        static final Writer QUESTIONS = new OutputStreamWriter(PROCESS.getOutputStream(), StandardCharsets.UTF_8);
        static final BufferedReader ANSWERS = PROCESS.inputReader(StandardCharsets.UTF_8);

        private static Process start() {
            Node.install("what Prism says to the answers was");
            String node =
                    Program.find("what Prism says to the answers was", "node").toString();
            try {
                return new ProcessBuilder(List.of(node, "prism.mjs", CONTRACT.toString()))
                        .directory(Node.FOLDER.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
