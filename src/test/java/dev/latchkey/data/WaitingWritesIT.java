package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Api.Answer;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many more writes wait for the disk than the server has threads. */
final class WaitingWritesIT {
    private static final int THREADS = 8;
    private static final int USERS = 8;
    private static final int WRITES = 3 * USERS;

    @RegisterExtension
    static final ServerExtension PATIENT = server("5m");

    @RegisterExtension
    static final ServerExtension IMPATIENT = server("2s");

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final List<String> tokens = new ArrayList<>();

    private static ServerExtension server(String maxWait) {
        return new ServerExtension(
                Engine.SQLITE,
                "server.minThreads",
                "4",
                "server.maxThreads",
                Integer.toString(THREADS),
                "database.maxWait",
                maxWait,
                "server.applicationConnectors[0].idleTimeout",
                "3s");
    }

    @AfterEach
    void end() {
        clients.shutdownNow();
    }

    /** What makes all writes wait, as another process does that locks the file. */
    private static final class Lock implements AutoCloseable {
        private final Connection connection;

        Lock(ServerExtension server) throws SQLException {
            connection = Engine.connect(server.database());
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private void logIn(Api api) {
        for (int i = 0; i < USERS; i++) {
            tokens.add(api.newToken());
        }
    }

    private String token(int write) {
        return tokens.get(write % USERS);
    }

    private static String key(int write) {
        return "key" + write;
    }

    /** Begins with one that waits for the lock; all others wait for that one. */
    private List<Future<Answer>> begin(ServerExtension server) {
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            int write = i;
            answers.add(clients.submit(() -> server.api().create(token(write), key(write), "value" + write)));
        }
        return answers;
    }

    private static int waiting(ServerExtension server) {
        return (Integer)
                server.metrics().getGauges().get("database.writes.waiting").getValue();
    }

    @Test
    void readsGoOnMeanwhile() throws Exception {
        Api api = PATIENT.api();
        logIn(api);
        api.create(token(0), "there", "before");
        List<Future<Answer>> answers;
        try (Lock lock = new Lock(PATIENT)) {
            answers = begin(PATIENT);
            // One has begun; what the server does by itself may wait as well.
            Await.until(() -> waiting(PATIENT) >= WRITES - 1);
            assertThat(WRITES).isGreaterThan(2 * THREADS);
            assertThat(api.read(token(0), "there").outcome()).isEqualTo("200");
            assertThat(api.read(token(1), key(1)).outcome()).isEqualTo("404 KEY_NOT_FOUND");
            assertThat(answers).noneMatch(Future::isDone);
        }
        for (int i = 0; i < WRITES; i++) {
            assertThat(answers.get(i).get().outcome()).isEqualTo("201");
            assertThat(api.read(token(i), key(i)).body().at("/data/value").asText())
                    .isEqualTo("value" + i);
        }
    }

    @Test
    void eachErrorComesToTheOneItIsFor() throws Exception {
        Api api = PATIENT.api();
        logIn(api);
        api.create(token(0), "there", "before");
        Future<Answer> twice;
        Future<Answer> none;
        Future<Answer> batch;
        try (Lock lock = new Lock(PATIENT)) {
            Future<Answer> first = clients.submit(() -> api.create(token(1), "first", "value"));
            Await.until(() ->
                    PATIENT.metrics().histogram("database.writes.group-size").getCount() > 0);
            twice = clients.submit(() -> api.create(token(0), "there", "again"));
            none = clients.submit(() -> api.update(token(0), "none", "value"));
            batch = clients.submit(() -> api.as(token(2), "POST", "/api/data/batch", """
                    {"operations":[{"op":"create","key":"a","value":"1"},{"op":"delete","key":"none"}]}"""));
            Await.until(() -> waiting(PATIENT) >= 3);
            assertThat(first.isDone()).isFalse();
        }
        assertThat(twice.get().outcome()).isEqualTo("409 KEY_EXISTS");
        assertThat(none.get().outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(batch.get().outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.read(token(2), "a").status()).isEqualTo(404);
    }

    @Test
    void whoHasWaitedForTooLongIsToldSoAndNothingIsDoneLater() throws Exception {
        Api api = IMPATIENT.api();
        logIn(api);
        try (Lock lock = new Lock(IMPATIENT)) {
            for (Future<Answer> answer : begin(IMPATIENT)) {
                assertThat(answer.get().outcome()).isEqualTo("503 UNAVAILABLE");
                assertThat(answer.get().header("Retry-After")).isNotEmpty();
            }
        }
        assertThat(api.create(token(0), "later", "value").outcome()).isEqualTo("201");
        for (int i = 0; i < WRITES; i++) {
            assertThat(api.read(token(i), key(i)).outcome()).isEqualTo("404 KEY_NOT_FOUND");
        }
    }

    @Test
    void theConnectionOfOneThatWaitsIsNotIdle() throws Exception {
        Api api = PATIENT.api();
        logIn(api);
        Future<Answer> answer;
        try (Lock lock = new Lock(PATIENT)) {
            Future<Answer> first = clients.submit(() -> api.create(token(1), "idle", "value"));
            answer = clients.submit(() -> api.create(token(0), "idle", "value"));
            Await.until(() -> waiting(PATIENT) >= 1);
            try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), PATIENT.port())) {
                assertThat(idle.getInputStream().read())
                        .as("closed by the server")
                        .isEqualTo(-1);
            }
            assertThat(first.isDone()).isFalse();
            assertThat(answer.isDone()).isFalse();
        }
        assertThat(answer.get().outcome()).isEqualTo("201");
    }

    @Test
    void aStoppingServerStillAnswersIt() throws Exception {
        ServerExtension server = server("5m");
        server.beforeAll(null);
        int port = server.port();
        Api api = server.api();
        logIn(api);
        Future<Answer> answer;
        Future<?> stopped;
        try (Lock lock = new Lock(server)) {
            Future<Answer> first = clients.submit(() -> api.create(token(1), "stop", "value"));
            Await.until(() ->
                    server.metrics().histogram("database.writes.group-size").getCount() > 0);
            answer = clients.submit(() -> api.create(token(0), "stop", "value"));
            Await.until(() -> waiting(server) >= 1);
            stopped = clients.submit(server::stop);
            Await.until(() -> refusesConnections(port));
            assertThat(first.isDone()).isFalse();
        }
        assertThat(answer.get().outcome()).isEqualTo("201");
        stopped.get();
    }

    private static boolean refusesConnections(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void theWriteOfAClientThatHasGoneAwayIsDoneAllTheSame() throws Exception {
        Api api = PATIENT.api();
        logIn(api);
        try (Lock lock = new Lock(PATIENT)) {
            Future<Answer> first = clients.submit(() -> api.create(token(1), "first", "value"));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PATIENT.port())) {
                OutputStream request = socket.getOutputStream();
                request.write(
                        ("PUT /api/data/gone?upsert=true HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                        + "Authorization: Bearer " + token(0)
                                        + "\r\nContent-Length: 13\r\n\r\n{\"value\":\"x\"}")
                                .getBytes(StandardCharsets.US_ASCII));
                request.flush();
                Await.until(() -> waiting(PATIENT) >= 1);
                socket.setSoLinger(true, 0);
            }
            assertThat(first.isDone()).isFalse();
        }
        Await.until(() -> api.read(token(0), "gone").status() == 200);
        assertThat(api.update(token(0), "gone", "after").outcome()).isEqualTo("200");
    }
}
