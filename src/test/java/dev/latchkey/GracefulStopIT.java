package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Model.Slot;
import dev.latchkey.testing.PersistentClient;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.RawConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SIGTERM loses and cuts nothing.
 *
 * <p>Clients read, write and log in over persistent connections as fast as they can, and go on until the server accepts no connection
 * any more. Whatever they send over a connection over which they had an answer before is answered, with success. The one thing that no server can
 * help is a connection that the system has accepted for it and that it has not taken yet, when it ends listening: such a one is reset, and what was
 * sent over it was not done.
 */
final class GracefulStopIT {
    private static final int CLIENTS = 12;
    private static final int ACKNOWLEDGED_FIRST = 300;
    private static final long SEED = Long.getLong("stop.seed", System.nanoTime());

    private final Random random = new Random(SEED);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Engine.class)
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void underFullLoadEachRequestIsAnsweredAndEachWriteIsThere(Engine engine) throws Exception {
        int cycles = engine == Engine.SQLITE ? ProofSize.of(2, 20) : ProofSize.of(1, 20);
        System.out.println("GracefulStopIT: " + cycles + " cycles on " + engine + ", -Dstop.seed=" + SEED);
        JarProcess.copyConfiguration(folder);
        DatabaseSettings database =
                engine == Engine.SQLITE ? Contents.sqlite(folder.resolve("data/latchkey.db")) : engine.newStore();
        Map<String, String> variables = new HashMap<>();
        if (engine == Engine.POSTGRES) {
            variables.put("LATCHKEY_DATABASE_URL", database.url());
            variables.put("LATCHKEY_DATABASE_USER", database.user());
        }
        List<PersistentClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new PersistentClient("stop" + i, random.nextLong()));
        }
        for (int cycle = 1; cycle <= cycles; cycle++) {
            boolean waits = cycle % 2 == 0;
            variables.put("LATCHKEY_DRAIN_WAIT", waits ? "1s" : "0s");
            List<String> output = workAndStop(variables, clients, waits);
            assertThat(output).noneMatch(line -> line.contains("ERROR") || line.contains("Cut off"));
            assertThat(output).noneMatch(line -> line.contains("/health/"));
            Map<Slot, String> entries = new HashMap<>(Contents.of(database));
            entries.keySet().removeIf(slot -> slot.key().isEmpty());
            assertThat(entries).isEqualTo(known(clients));
        }
        System.out.printf(
                "GracefulStopIT: %s: %d cycles, %d answers, %d of them with Connection: close; %d connections that were never taken%n",
                engine,
                cycles,
                clients.stream().mapToInt(PersistentClient::answers).sum(),
                clients.stream().mapToInt(PersistentClient::lastAnswers).sum(),
                clients.stream().mapToInt(PersistentClient::neverTaken).sum());
    }

    private List<String> workAndStop(Map<String, String> variables, List<PersistentClient> clients, boolean waits)
            throws Exception {
        try (JarProcess server = JarProcess.start(folder, variables, "server", "config.yml")) {
            int port = server.port();
            int before = clients.stream().mapToInt(PersistentClient::answers).sum();
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            for (PersistentClient client : clients) {
                Thread thread = new Thread(() -> client.workUntilRefused(port), "client");
                thread.setUncaughtExceptionHandler((t, failure) -> failures.add(failure));
                threads.add(thread);
                thread.start();
            }
            int wanted = before + ACKNOWLEDGED_FIRST + random.nextInt(ACKNOWLEDGED_FIRST);
            Await.until(
                    () -> clients.stream().mapToInt(PersistentClient::answers).sum() >= wanted || !failures.isEmpty());
            server.terminate();
            List<String> outcomes = waits ? askUntilRefused(port) : List.of();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(server.exitCode()).isZero();
            assertThat(failures)
                    .as(() -> "with the output " + tail(server.output()))
                    .isEmpty();
            if (waits) {
                // Ready until the signal has come, and never again after it was not.
                assertThat(outcomes).contains("503 NOT_READY");
                assertThat(outcomes.subList(outcomes.indexOf("503 NOT_READY"), outcomes.size()))
                        .containsOnly("503 NOT_READY");
            }
            return server.output();
        }
    }

    private static List<String> tail(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("[2") && !line.startsWith("{"))
                .toList();
    }

    private static List<String> askUntilRefused(int port) throws IOException {
        List<String> outcomes = new ArrayList<>();
        while (true) {
            try (RawConnection connection = RawConnection.to(port)) {
                if (connection.isTaken("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n")) {
                    outcomes.add(new Api.Answer(connection.answer("GET", "/health/ready")).outcome());
                }
            } catch (ConnectException refused) {
                return outcomes;
            }
        }
    }

    private static Map<Slot, String> known(List<PersistentClient> clients) {
        Map<Slot, String> known = new HashMap<>();
        clients.forEach(client -> known.putAll(client.entries()));
        return known;
    }

    /** A stream may take longer than anybody wants to wait; a second signal does not make the wait any shorter. */
    @Test
    @Timeout(120)
    void whatDoesNotFinishIsNamed() throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess server =
                JarProcess.start(folder, Map.of("LATCHKEY_SHUTDOWN_GRACE", "2s"), "server", "config.yml")) {
            Api api = server.api();
            String token = api.newToken();
            try (RawConnection idle = RawConnection.to(server.port());
                    RawConnection slow = RawConnection.to(server.port());
                    RawConnection half = RawConnection.to(server.port())) {
                idle.send("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n").answer("GET", "/health/live");
                slow.send(
                        "POST /api/data/import HTTP/1.1\r\nHost: a\r\nX-Request-Id: slow-one\r\nAuthorization: Bearer "
                                + token + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n"
                                + "Expect: 100-continue\r\n\r\n");
                assertThat(slow.interimStatus()).isEqualTo(100);
                half.send("GET /health/live HTTP/1.1\r\n");

                server.terminate();
                Await.until(() ->
                        server.output().stream().anyMatch(line -> line.contains("Accepting no more connections")));
                server.terminate();
                // The rest of a request that has begun is read, and it is answered.
                assertThat(half.send("Host: a\r\n\r\n")
                                .answer("GET", "/health/live")
                                .header("Connection"))
                        .contains("close");
                idle.expectEnd();
                slow.skipToEnd();
            }

            assertThat(server.exitCode()).isZero();
            assertThat(server.output())
                    .filteredOn(line -> line.contains("Cut off"))
                    .singleElement()
                    .asString()
                    .matches(
                            ".*Cut off after a wait of 2[.]\\d+ s: POST /api/data/import \\(slow-one\\), begun \\d s ago");
            assertThat(server.output().get(server.output().size() - 1)).endsWith("Stopped");
        }
    }

    @Test
    @Timeout(120)
    void aServerThatIsJustStartingStopsAtOnce() throws Exception {
        JarProcess.copyConfiguration(folder);
        Path data = Files.createDirectories(folder.resolve("data"));
        // As if another process brought the store up to date.
        try (FileChannel lock = FileChannel.open(
                        data.resolve("latchkey.db-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.lock();
                JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            assertThat(held.isValid()).isTrue();
            Await.until(() -> Files.exists(data.resolve("latchkey.db")));
            server.terminate();

            assertThat(server.exitCode()).isZero();
            assertThat(server.output()).singleElement().asString().endsWith("Stopped before it was up");
        }
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("latchkey.db", "latchkey.db-lock");
        }
    }
}
