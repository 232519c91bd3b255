package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Launcher;
import dev.latchkey.testing.RawConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take as much memory as they can, with the heap that the launcher chooses. ExportIT and ImportIT have it too. */
@Timeout(120)
final class SmallHeapIT {
    private static final int CLIENTS = 16;
    private static final int MIB = 1 << 20;

    /** Before all was sent, and this client does not read an answer then. */
    private static final int REFUSED = 0;

    @TempDir
    private Path folder;

    private JarProcess start(Map<String, String> variables) throws IOException {
        JarProcess.copyConfiguration(folder);
        return JarProcess.start(folder, variables, List.of(), Launcher.javaOptions(), "server", "config.yml");
    }

    /** Sixteen bodies of 4 MiB are nearly all of the heap, and what is made of them is more. */
    @Test
    void manyLargeBodiesAreTakenOrRefusedAndTheServerGoesOn() throws Exception {
        try (JarProcess server = start(Map.of())) {
            Api api = server.api();
            String token = api.newToken();
            List<String> acknowledged = new CopyOnWriteArrayList<>();
            together(client -> {
                String letter = Integer.toHexString(client);
                String value = letter.repeat(MIB);
                for (int round = 0; round < 3; round++) {
                    String key = letter + "-" + round;
                    if (isAcknowledged(api, token, batch(key, value))) {
                        acknowledged.add(key);
                    }
                }
            });

            assertThat(acknowledged).isNotEmpty();
            for (String key : acknowledged) {
                String value =
                        api.read(token, key + "-0").body().at("/data/value").textValue();
                assertThat(value).isEqualTo(key.substring(0, 1).repeat(MIB));
            }
            assertThat(api.send("GET", "/health/ready", null).status()).isEqualTo(200);
        }
    }

    private static boolean isAcknowledged(Api api, String token, String batch) {
        try {
            Api.Answer answer = api.as(token, "POST", "/api/data/batch", batch);
            assertThat(answer.status()).isIn(200, 503);
            return answer.status() == 200;
        } catch (UncheckedIOException e) {
            // It was refused before it was sent, and this client does not read an answer then.
            return false;
        }
    }

    @Test
    void manyLargeAnswersAreSent() throws Exception {
        try (JarProcess server = start(Map.of())) {
            Api api = server.api();
            String token = api.newToken();
            String value = "v".repeat(MIB);
            assertThat(api.create(token, "key", value).status()).isEqualTo(201);
            together(client -> {
                for (int round = 0; round < 5; round++) {
                    assertThat(api.read(token, "key")
                                    .body()
                                    .at("/data/value")
                                    .textValue()
                                    .equals(value))
                            .isTrue();
                }
            });
        }
    }

    /**
     * The memory of a password's hash stays for the next one if there is room for it beside the rest. Otherwise every other collection
     * would be a full one. Without {@code heap}, it is the launcher's.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "-Xmx69m", "-Xmx60m"})
    void fewCollectionsAreFullOnesAfterALogIn(String heap) throws Exception {
        JarProcess.copyConfiguration(folder);
        Path log = folder.resolve("collections.txt");
        List<String> options = new ArrayList<>(Launcher.javaOptions());
        if (!heap.isEmpty()) {
            options.add(heap);
        }
        options.add("-Xlog:gc:file=" + log);
        try (JarProcess server = JarProcess.start(folder, Map.of(), List.of(), options, "server", "config.yml")) {
            Api api = server.api();
            String token = api.newToken();
            String value = "v".repeat(MIB / 16);
            assertThat(api.create(token, "key", value).status()).isEqualTo(201);
            together(client -> {
                for (int round = 0; round < 200; round++) {
                    assertThat(api.read(token, "key").status()).isEqualTo(200);
                }
            });
        }
        List<String> collections = Files.readAllLines(log);
        long young = collections.stream()
                .filter(line -> line.contains("Pause Young"))
                .count();
        long full =
                collections.stream().filter(line -> line.contains("Pause Full")).count();
        assertThat(full)
                .as("full collections, beside " + young + " of the young")
                .isLessThan(young / 3);
    }

    private static String batch(String key, String value) {
        List<String> operations = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            operations.add(Api.object("op", "put", "key", key + "-" + i, "value", value)
                    .toString());
        }
        return "{\"operations\":[" + String.join(",", operations) + "]}";
    }

    @Test
    void manyClientsThatStopWithinABodyLeaveMemoryForOthers() throws Exception {
        try (JarProcess server = start(Map.of())) {
            Api api = server.api();
            String token = api.newToken();
            List<RawConnection> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    slow.add(stopsWithinABody(server, token));
                }
                assertThat(api.create(token, "key", "value").status()).isEqualTo(201);
                assertThat(api.read(token, "key").status()).isEqualTo(200);
            } finally {
                for (RawConnection connection : slow) {
                    connection.close();
                }
            }
        }
    }

    /** As clients and proxies keep them, each with headers of its own. The server would end without memory. */
    @Test
    void manyConnectionsThatStayOpenLeaveMemoryForOthers() throws Exception {
        try (JarProcess server = start(Map.of())) {
            Api api = server.api();
            String token = api.newToken();
            List<RawConnection> open = new ArrayList<>();
            try {
                for (int i = 0; i < 1500; i++) {
                    RawConnection connection = RawConnection.to(server.port());
                    open.add(connection);
                    for (int request = 0; request < 2; request++) {
                        connection.send(
                                "GET /api/data/key HTTP/1.1\r\nHost: a\r\nUser-Agent: client " + i + "\r\n\r\n");
                        assertThat(connection.answer("GET", "/api/data/key").status())
                                .isEqualTo(401);
                    }
                }
                assertThat(api.create(token, "key", "value").status()).isEqualTo(201);
                assertThat(api.read(token, "key").status()).isEqualTo(200);
            } finally {
                for (RawConnection connection : open) {
                    connection.close();
                }
            }
        }
    }

    /** A single character beyond Latin makes two bytes of each. */
    @Test
    void theLongestTextIsRefused() throws Exception {
        try (JarProcess server = start(Map.of())) {
            Api api = server.api();
            String token = api.newToken();
            String text = "x".repeat(8 * MIB - 200) + "\u20ac";
            String batch = "{\"operations\":[{\"op\":\"put\",\"key\":\"key\",\"value\":\"" + text + "\"}]}";
            assertThat(api.as(token, "POST", "/api/data/batch", batch).outcome())
                    .isEqualTo("413 PAYLOAD_TOO_LARGE");
            String line = "{\"key\":\"key\",\"value\":\"" + text.substring(3 * MIB) + "\"}";
            assertThat(ask(server, token, "POST", "/api/data/import?mode=create", line))
                    .isEqualTo(200);
            assertThat(api.as(token, "POST", "/api/data", line).outcome()).isEqualTo("413 PAYLOAD_TOO_LARGE");
            assertThat(api.read(token, "key").status()).isEqualTo(404);
        }
    }

    /** Two of each user, as many as are let in, and then as many exports. */
    @Test
    void manyImportsAndExportsOfLargeValues() throws Exception {
        try (JarProcess server = start(Map.of())) {
            Api api = server.api();
            List<String> tokens = new ArrayList<>();
            for (int i = 0; i < CLIENTS / 2; i++) {
                tokens.add(api.newToken());
            }
            String value = "v".repeat(MIB);
            List<Integer> statuses = new CopyOnWriteArrayList<>();
            together(client -> {
                String lines = IntStream.range(0, 4)
                        .mapToObj(line -> Api.object("key", client + "-" + line, "value", value) + "\n")
                        .collect(Collectors.joining());
                statuses.add(ask(server, tokens.get(client / 2), "POST", "/api/data/import?mode=create", lines));
            });
            together(client -> statuses.add(ask(server, tokens.get(client / 2), "GET", "/api/me/export", "")));

            assertThat(statuses).contains(200).isSubsetOf(200, 503, REFUSED);
            assertThat(api.send("GET", "/health/ready", null).status()).isEqualTo(200);
        }
    }

    private static int ask(JarProcess server, String token, String method, String path, String lines)
            throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-ndjson")
                .method(method, HttpRequest.BodyPublishers.ofString(lines))
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return REFUSED;
        }
    }

    private static RawConnection stopsWithinABody(JarProcess server, String token) throws IOException {
        RawConnection connection = RawConnection.to(server.port());
        String request =
                "POST /api/data HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token
                        + "\r\nContent-Length: " + MIB + "\r\n\r\n" + "{\"value\":\"" + "x".repeat(MIB / 2);
        try {
            connection.send(request);
        } catch (IOException e) {
            // It was refused before it was sent.
        }
        return connection;
    }

    /** The operator has given more to bodies than there is. A server without memory would fail now here, now there. */
    @Test
    void withoutMemoryItEndsWithALineAndLosesNothing() throws Exception {
        String token;
        try (JarProcess server = start(Map.of("LATCHKEY_TRANSFER_MEMORY", "1GiB"))) {
            token = server.api().newToken();
            assertThat(server.api().create(token, "key", "value").status()).isEqualTo(201);
            List<RawConnection> held = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    held.add(stopsWithinABody(server, token));
                }
            } catch (IOException e) {
                // It has ended already.
            }
            assertThat(server.exitCode()).isEqualTo(3);
            assertThat(server.output()).contains("Terminating due to java.lang.OutOfMemoryError: Java heap space");
            for (RawConnection connection : held) {
                connection.close();
            }
        }
        try (JarProcess server = start(Map.of())) {
            assertThat(server.api().read(token, "key").status()).isEqualTo(200);
        }
    }

    private interface Client {
        void run(int number) throws Exception;
    }

    private static void together(Client client) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    client.run(number);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
