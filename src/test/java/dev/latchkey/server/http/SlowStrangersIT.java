package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No thread waits for the bytes of a client. There are eight threads, and many times as many clients that neither
 * send the rest of what they began nor read what they asked for.
 */
final class SlowStrangersIT {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "server.minThreads",
            "4",
            "server.maxThreads",
            "8",
            "http.transferMemory",
            "16MiB",
            // Nobody is saved by it.
            "server.applicationConnectors[0].idleTimeout",
            "10m");

    private static final int CLIENTS = 24;
    private static final int MIB = 1 << 20;

    // Of one user, half of the threads would be free in any case.
    private static final int USERS = 6;

    private static List<String> tokens;
    private static String other;

    private final List<RawConnection> connections = new ArrayList<>();
    private final Api api = SERVER.api();

    @BeforeAll
    static void store() {
        Api api = SERVER.api();
        tokens = Stream.generate(api::newToken).limit(USERS).toList();
        other = api.newToken();
        tokens.forEach(token ->
                assertThat(api.create(token, "large", "x".repeat(MIB)).status()).isEqualTo(201));
        assertThat(api.create(other, "key", "value").status()).isEqualTo(201);
    }

    private static String token(int client) {
        return tokens.get(client % USERS);
    }

    @AfterEach
    void close() throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
        }
    }

    static Stream<String> beginnings() {
        String json = "Content-Type: application/json\r\n";
        String body = "Content-Length: 3000\r\n\r\n{";
        String chunked = "Transfer-Encoding: chunked\r\n\r\n5\r\n{";
        String authorized = json + "Authorization: Bearer TOKEN\r\n";
        return Stream.of(
                "",
                "POST /api/to",
                "POST /api/token HTTP/1.1\r\nHost: a\r\nX-Slow: ",
                "POST /api/token HTTP/1.1\r\nHost: a\r\n" + json + body,
                "POST /api/token HTTP/1.1\r\nHost: a\r\n" + json + chunked,
                "POST /api/token HTTP/1.1\r\nHost: a\r\n" + json
                        + "Expect: 100-continue\r\nContent-Length: 3000\r\n\r\n",
                "POST /api/token/refresh HTTP/1.1\r\nHost: a\r\n" + json + body,
                "POST /api/register HTTP/1.1\r\nHost: a\r\n" + json + body,
                "POST /api/register HTTP/1.1\r\nHost: a\r\n" + json + "Content-Length: 100000000\r\n\r\n{",
                "POST /api/data HTTP/1.1\r\nHost: a\r\n" + json + body,
                "POST /api/data HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer bad\r\n" + json + body,
                "POST /api/data HTTP/1.1\r\nHost: a\r\n" + authorized + body,
                "POST /api/data HTTP/1.1\r\nHost: a\r\n" + authorized + chunked,
                "PUT /api/data/key HTTP/1.1\r\nHost: a\r\n" + authorized + "Content-Length: 1000000\r\n\r\n{",
                "PATCH /api/me HTTP/1.1\r\nHost: a\r\n" + authorized + body,
                "PUT /api/me/password HTTP/1.1\r\nHost: a\r\n" + authorized + body,
                "GET /api/data/key HTTP/1.1\r\nHost: a\r\n" + authorized + body,
                "DELETE /api/token HTTP/1.1\r\nHost: a\r\n" + body,
                "POST /no/such/path HTTP/1.1\r\nHost: a\r\n" + json + chunked,
                "PUT /docs HTTP/1.1\r\nHost: a\r\n" + body);
    }

    @ParameterizedTest
    @MethodSource("beginnings")
    void whoDoesNotSendTheRestKeepsNoThread(String beginning) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            connections.add(RawConnection.to(SERVER).send(beginning.replace("TOKEN", token(i))));
        }
        expectWork();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/data/large", "/api/data/large?", "/openapi.json", "/openapi.yaml", "/docs", "/nothing"})
    void whoDoesNotReadTheAnswerKeepsNoThread(String path) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token(i) + "\r\n\r\n";
            // Enough of them to fill whatever the system keeps for a connection.
            connections.add(RawConnection.narrow(SERVER).send(request.repeat(path.equals("/nothing") ? 400 : 10)));
        }
        expectWork();
    }

    /** As many as get no memory beside each other: who has waited longest makes room, and the others are served. */
    @Test
    void whoKeepsTheMemoryLosesIt() throws IOException {
        String head =
                "PUT /api/data/key HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                        + token(0) + "\r\nContent-Length: " + 2 * MIB + "\r\n\r\n";
        for (int i = 0; i < CLIENTS; i++) {
            connections.add(RawConnection.to(SERVER).send(head).send("x".repeat(3 * MIB / 2)));
        }
        Exchange evicted = firstAnswered().answer("PUT", "/api/data/key");
        assertThat(evicted.status()).isEqualTo(503);
        assertThat(evicted.header("Retry-After")).isPresent();
        assertThat(isOneTakenIn()).isTrue();
        expectWork();
    }

    private RawConnection firstAnswered() throws IOException {
        while (true) {
            for (RawConnection connection : connections) {
                if (connection.hasAnswer()) {
                    return connection;
                }
            }
        }
    }

    /** Which ones make room is the server's to say, until all that was sent is read. */
    private boolean isOneTakenIn() {
        for (int i = CLIENTS - 1; i >= 0; i--) {
            try {
                Exchange answer = connections.get(i).send("x".repeat(MIB / 2)).answer("PUT", "/api/data/key");
                if (answer.status() == 400) {
                    // It is no JSON.
                    return true;
                }
            } catch (IOException evicted) {
                // Another one has not been.
            }
        }
        return false;
    }

    private void expectWork() {
        for (int i = 0; i < 20; i++) {
            assertThat(api.read(other, "key").body().at("/data/value").textValue())
                    .isEqualTo("value");
        }
        assertThat(api.update(other, "key", "value").status()).isEqualTo(200);
    }

    @Test
    void whoComesSlowlyButSurelyIsAnswered() throws IOException {
        String body = "{\"username\":\"nobody\",\"password\":\"wrong\"}";
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n");
            for (int i = 0; i < body.length(); i++) {
                connection.send(body.substring(i, i + 1));
            }
            Exchange answer = connection.answer("POST", "/api/token");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(connection
                            .send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
                            .answer("GET", "/nothing")
                            .status())
                    .isEqualTo(404);
        }
    }
}
