package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.limits.StreamSlots;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Imports that are stored while they arrive, and what can become of them on the way. */
final class ImportStreamIT {
    private static final String PATH = "/api/data/import";

    /** As many as go into one transaction. */
    private static final int SOME = 100;

    @RegisterExtension
    static final ServerExtension IMPATIENT =
            new ServerExtension(Engine.SQLITE, "server.applicationConnectors[0].idleTimeout", "500ms");

    /** An import whose body is sent in parts. */
    private static final class Import implements AutoCloseable {
        private final RawConnection connection;

        Import(ServerExtension server, String token) throws IOException {
            connection = RawConnection.to(server)
                    .send("POST " + PATH + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        Import send(String lines) throws IOException {
            connection.send(Integer.toHexString(lines.length()) + "\r\n" + lines + "\r\n");
            return this;
        }

        Import end() throws IOException {
            connection.send("0\r\n\r\n");
            return this;
        }

        Exchange answer() throws IOException {
            return connection.answer("POST", PATH);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    private static String lines(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Api.object("key", prefix + i, "value", "x") + "\n")
                .collect(Collectors.joining());
    }

    private static int count(Api api, String token) {
        return api.as(token, "GET", "/api/me", null)
                .body()
                .at("/data/usage/entries")
                .intValue();
    }

    private static void awaitEntries(Api api, String token, int count) {
        Await.until(() -> count(api, token) >= count);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void entriesAreStoredWhileOthersAreStillToCome(Engine engine) throws IOException {
        ServerExtension server = ServerExtension.shared(engine);
        String token = server.api().newToken();
        try (Import running = new Import(server, token)) {
            running.send(lines("a", SOME) + "{\"key\":\"b");
            awaitEntries(server.api(), token, SOME);
            running.send("\",\"value\":\"\"}\n").send(lines("c", 1)).end();

            assertThat(running.answer().body()).contains("\"created\":" + (SOME + 2));
        }
        assertThat(count(server.api(), token)).isEqualTo(SOME + 2);
    }

    @ParameterizedTest
    @CsvSource({"DELETE,/api/token", "DELETE,/api/me"})
    void endsWithItsSession(String method, String path) throws IOException {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        String token = server.api().newToken();
        try (Import running = new Import(server, token)) {
            running.send(lines("a", SOME));
            awaitEntries(server.api(), token, SOME);
            assertThat(server.api().as(token, method, path, null).status()).isEqualTo(200);
            running.send(lines("b", 1));

            assertThat(running.answer().status()).isEqualTo(401);
        }
    }

    /** What was stored stays, and the lines can be sent again. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void canBeSentAgainAfterTheConnectionBroke(Engine engine) throws IOException {
        ServerExtension server = ServerExtension.shared(engine);
        Api api = server.api();
        String token = api.newToken();
        try (Import broken = new Import(server, token)) {
            broken.send(lines("a", SOME));
            awaitEntries(api, token, SOME);
            broken.send(lines("b", 10));
            broken.connection.reset();
        }
        try (Import again = new Import(server, token)) {
            again.send(lines("a", SOME) + lines("b", 10)).end();
            assertThat(again.answer().status()).isEqualTo(200);
        }
        assertThat(count(api, token)).isEqualTo(SOME + 10);
    }

    @Test
    void aClientThatSendsNothingIsAnsweredAndCutOff() throws IOException {
        String token = IMPATIENT.api().newToken();
        try (Import running = new Import(IMPATIENT, token)) {
            running.send(lines("a", 1));

            assertThat(running.answer().status()).isEqualTo(408);
            running.connection.expectEnd();
        }
    }

    @Test
    void aUserHasTwoAtOnce() throws IOException {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        String token = server.api().newToken();
        List<Import> running = new ArrayList<>();
        try {
            for (int i = 1; i <= StreamSlots.MAX_OF_A_USER; i++) {
                running.add(new Import(server, token).send(lines(i + " ", SOME)));
                awaitEntries(server.api(), token, i * SOME);
            }
            try (Import another = new Import(server, token)) {
                assertThat(another.send(lines("b", SOME)).end().answer().status())
                        .isEqualTo(429);
            }
            assertThat(running.get(0).end().answer().status()).isEqualTo(200);
            try (Import another = new Import(server, token)) {
                assertThat(another.send(lines("c", 1)).end().answer().status()).isEqualTo(200);
            }
        } finally {
            for (Import one : running) {
                one.close();
            }
        }
    }

    /** Most clients send all of a body before they read the answer. */
    @ParameterizedTest
    @CsvSource({"text/plain,'',415", "application/x-ndjson,?mode=none,400"})
    void theAnswerReachesAClientThatSendsAllFirst(String type, String query, int status) throws IOException {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        String body = lines("a", 200_000);
        String head = "Authorization: Bearer " + server.api().newToken() + "\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n";

        assertThat(RawConnection.exchange(server, "POST", PATH + query, head + body)
                        .status())
                .isEqualTo(status);
    }
}
