package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Backoff;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.ProofSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers on one PostgreSQL are replaced one after the other while clients work: what breaks off can be sent again to the other
 * one, and nothing that was acknowledged is missing.
 *
 * <p>{@code -Dlatchkey.older=JAR} begins with servers of an older release, with the {@code config.yml} that is beside the jar.
 */
@Timeout(180)
final class RollingUpgradeIT {
    private static final int CLIENTS = 4;
    private static final int WRITES = ProofSize.of(60, 2000);
    private static final int ROUNDS = ProofSize.of(1, 5);
    private static final int MAX_ATTEMPTS = 12;

    private final DatabaseSettings database = Engine.POSTGRES.newDatabase();
    private final AtomicReferenceArray<JarProcess> servers = new AtomicReferenceArray<>(2);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger brokenOff = new AtomicInteger();
    private volatile boolean isOver;

    @TempDir
    private Path folder;

    @Test
    void losesNoRequest() throws Exception {
        JarProcess.copyConfiguration(folder);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            servers.set(0, startOlder());
            servers.set(1, startOlder());
            List<Client> clients =
                    IntStream.range(0, CLIENTS).mapToObj(Client::new).toList();
            List<? extends Future<?>> working =
                    clients.stream().map(threads::submit).toList();
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < servers.length(); i++) {
                    awaitWrites(working);
                    replace(i);
                }
            }
            awaitWrites(working);
            isOver = true;
            for (Future<?> work : working) {
                work.get();
            }
            clients.forEach(Client::readAll);
            System.out.println("Of a rolling upgrade: " + acknowledged + " writes acknowledged, " + brokenOff
                    + " requests sent again");
        } finally {
            isOver = true;
            threads.shutdown();
            for (int i = 0; i < servers.length(); i++) {
                if (servers.get(i) != null) {
                    servers.get(i).close();
                }
            }
        }
    }

    /** As the page for operators says, but for the load balancer, which here goes on sending. */
    private void replace(int i) throws Exception {
        JarProcess old = servers.get(i);
        old.terminate();
        assertThat(old.exitCode()).as(old.output()::toString).isZero();
        JarProcess replacement = JarProcess.start(folder, variables(), "server", "config.yml");
        replacement.port();
        servers.set(i, replacement);
    }

    private JarProcess startOlder() throws IOException {
        String older = System.getProperty("latchkey.older");
        JarProcess server = older == null
                ? JarProcess.start(folder, variables(), "server", "config.yml")
                : JarProcess.startOther(
                        Path.of(older), olderFolder(Path.of(older)), variables(), "server", "config.yml");
        server.port();
        return server;
    }

    private Path olderFolder(Path jar) throws IOException {
        Path place = Files.createDirectories(folder.resolve("older"));
        Files.copy(jar.resolveSibling("config.yml"), place.resolve("config.yml"), StandardCopyOption.REPLACE_EXISTING);
        return place;
    }

    private Map<String, String> variables() {
        return Map.of("LATCHKEY_DATABASE_URL", database.url(), "LATCHKEY_DATABASE_USER", database.user());
    }

    /** Waits until there are so many more, or a client has failed. */
    private void awaitWrites(List<? extends Future<?>> working) throws InterruptedException, ExecutionException {
        int wanted = acknowledged.get() + WRITES;
        while (acknowledged.get() < wanted) {
            for (Future<?> work : working) {
                if (work.isDone()) {
                    work.get();
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Writes and reads by turns, at either server, and sends again what may be sent again. */
    private final class Client implements Runnable {
        private final Map<String, String> values = new HashMap<>();
        private final String name = Api.newName();
        private final String token;
        private int number;

        Client(int first) {
            number = first;
            Api api = servers.get(first % servers.length()).api();
            api.register(name);
            token = api.logIn(name, Api.PASSWORD)
                    .body()
                    .at("/data/access_token")
                    .textValue();
        }

        @Override
        public void run() {
            while (!isOver) {
                write("key-" + number % 20, "value " + number);
                read("key-" + number % 7);
                number++;
            }
        }

        private void write(String key, String value) {
            String once = UUID.randomUUID().toString();
            Api.Answer answer = sent(api -> api.send(
                    "PUT",
                    "/api/data/" + key + "?upsert=true",
                    "{\"value\":\"" + value + "\"}",
                    "Authorization",
                    "Bearer " + token,
                    "Content-Type",
                    "application/json",
                    "Idempotency-Key",
                    once));
            assertThat(answer.outcome()).isEqualTo(values.containsKey(key) ? "200" : "201");
            values.put(key, value);
            acknowledged.incrementAndGet();
        }

        private void read(String key) {
            Api.Answer answer = sent(api -> api.read(token, key));
            assertThat(answer.body().at("/data/value").textValue()).isEqualTo(values.get(key));
            assertThat(answer.outcome()).isEqualTo(values.containsKey(key) ? "200" : "404 KEY_NOT_FOUND");
        }

        void readAll() {
            values.keySet().forEach(this::read);
        }

        /** What has no answer, or a 503, is sent to the other server. */
        private Api.Answer sent(Function<Api, Api.Answer> request) {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                try {
                    Api.Answer answer = request.apply(
                            servers.get((number + attempt) % servers.length()).api());
                    if (answer.status() != 503) {
                        return answer;
                    }
                } catch (UncheckedIOException e) {
                    // Sent again below.
                }
                brokenOff.incrementAndGet();
                Backoff.after(attempt);
            }
            throw new AssertionError("No server has answered " + name + " in " + MAX_ATTEMPTS + " attempts");
        }
    }
}
