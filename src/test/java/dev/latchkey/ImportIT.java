package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Iterators;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Launcher;
import dev.latchkey.testing.ProofSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An import may be several times as large as the server's memory, and what it has stored stays, however it ends. */
final class ImportIT {
    /** Of a MiB each. */
    private static final int LARGE = ProofSize.of(120, 300);

    private static final int SMALL = 20_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Map<String, String> variables;

    private JarProcess start(Engine engine) throws IOException {
        if (variables == null) {
            JarProcess.copyConfiguration(folder);
            DatabaseSettings database = engine == Engine.SQLITE
                    ? new DatabaseSettings("jdbc:sqlite:" + folder.resolve("latchkey.db"), null, null, 0, 0, null, null)
                    : engine.newDatabase();
            variables = Map.of(
                    "LATCHKEY_DATABASE_URL",
                    database.url(),
                    "LATCHKEY_DATABASE_USER",
                    Optional.ofNullable(database.user()).orElse(""));
        }
        return JarProcess.start(folder, variables, List.of(), Launcher.javaOptions(), "server", "config.yml");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void takesLittleMemory(Engine engine) throws Exception {
        String value = "0123456789abcdef".repeat((1 << 16) - 1);
        try (JarProcess server = start(engine)) {
            String token = server.api().newToken();

            JsonNode answer =
                    send(server, token, "create", LARGE, number -> value).join();

            assertThat(answer.at("/data/created").intValue()).as("%s", answer).isEqualTo(LARGE);
            assertThat(usage(server.api(), token)).isEqualTo(LARGE);
            assertThat(server.api()
                            .read(token, key(LARGE - 1))
                            .body()
                            .at("/data/value")
                            .textValue())
                    .isEqualTo(value);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void isThereAsFarAsItWasSeenAfterAKill(Engine engine) throws Exception {
        String token;
        int seen = ThreadLocalRandom.current().nextInt(1, SMALL / 2);
        try (JarProcess server = start(engine)) {
            Api api = server.api();
            token = api.newToken();
            CompletableFuture<JsonNode> cut = send(server, token, "create", SMALL, String::valueOf);
            Await.until(() -> usage(api, token) >= seen);
            server.kill();
            assertThat(cut.handle((answer, failure) -> answer).join())
                    .as("an answer")
                    .isNull();
        }
        try (JarProcess server = start(engine)) {
            Api api = server.api();
            int stored = usage(api, token);
            assertThat(stored).isBetween(seen, SMALL - 1);
            // The first ones, without a gap.
            assertThat(api.read(token, key(stored - 1)).body().at("/data/value").textValue())
                    .isEqualTo(String.valueOf(stored - 1));
            assertThat(api.read(token, key(stored)).status()).isEqualTo(404);

            JsonNode answer =
                    send(server, token, "skip", SMALL, String::valueOf).join();

            assertThat(answer.at("/data/skipped").intValue()).as("%s", answer).isEqualTo(stored);
            assertThat(answer.at("/data/created").intValue()).isEqualTo(SMALL - stored);
            assertThat(usage(api, token)).isEqualTo(SMALL);
        }
    }

    private static String key(int number) {
        return "key " + number;
    }

    private static int usage(Api api, String token) {
        return api.as(token, "GET", "/api/me", null)
                .body()
                .at("/data/usage/entries")
                .intValue();
    }

    /** The lines are made while they are sent. */
    private static CompletableFuture<JsonNode> send(
            JarProcess server, String token, String mode, int lines, IntFunction<String> value) {
        Iterator<InputStream> all = IntStream.range(0, lines)
                .<InputStream>mapToObj(number ->
                        new ByteArrayInputStream((Api.object("key", key(number), "value", value.apply(number)) + "\n")
                                .getBytes(StandardCharsets.UTF_8)))
                .iterator();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/api/data/import?mode=" + mode))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofInputStream(() -> new SequenceInputStream(Iterators.asEnumeration(all))))
                .build();
        return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(response -> {
            assertThat(response.statusCode()).as(response::body).isEqualTo(200);
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
