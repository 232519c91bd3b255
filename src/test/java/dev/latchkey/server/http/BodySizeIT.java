package dev.latchkey.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises 23 and 25: a body ends at its limit, however it comes. */
final class BodySizeIT {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final int LIMIT = 64 << 10;
    private static final int MIB = 1 << 20;
    private final Api api = SERVER.api();

    private static String body(int size) {
        String empty = "{\"unknown\":\"\"}";
        return "{\"unknown\":\"" + "x".repeat(size - empty.length()) + "\"}";
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({"0, MISSING_FIELDS", "1, PAYLOAD_TOO_LARGE"})
    void isReadUpToItsLimit(int more, String code) throws IOException {
        String body = body(LIMIT + more);
        String type = "Content-Type: application/json\r\n";
        Exchange declared = RawConnection.exchange(
                SERVER, "POST", "/api/token", type + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        Exchange chunked = RawConnection.exchange(
                SERVER, "POST", "/api/token", type + "Transfer-Encoding: chunked\r\n\r\n" + chunk(body) + chunk(""));
        assertThat(declared.body()).contains(code);
        assertThat(chunked.body()).contains(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100000", "9223372036854775807"})
    void isRefusedByItsDeclaredLengthAlone(String length) throws IOException {
        Exchange answer = RawConnection.exchange(
                SERVER,
                "POST",
                "/api/token",
                "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/me, 200",
        "GET, /.well-known/jwks.json, 200",
        "GET, /api/data/absent, 404",
        "DELETE, /api/data/absent, 404",
        "DELETE, /api/sessions/absent, 404",
        "OPTIONS, /api/data, 204",
        "POST, /nothing, 404",
        "PUT, /api/me, 405",
        "GET, /docs, 200"
    })
    void isIgnoredWhereNoneIsTaken(String method, String path, int status) throws IOException {
        String token = "Authorization: Bearer " + api.newToken() + "\r\nContent-Type: text/plain\r\n";
        for (int size : new int[] {1, LIMIT, LIMIT + 1, 100_000, 3 * MIB}) {
            String body = "x".repeat(size);
            Exchange declared =
                    RawConnection.exchange(SERVER, method, path, token + "Content-Length: " + size + "\r\n\r\n" + body);
            Exchange chunked = RawConnection.exchange(
                    SERVER, method, path, token + "Transfer-Encoding: chunked\r\n\r\n" + chunk(body) + chunk(""));
            assertThat(declared.status()).as("%d declared", size).isEqualTo(status);
            assertThat(chunked.status()).as("%d chunked", size).isEqualTo(status);
        }
    }

    @Test
    void isNotTakenForRequestsOnceItIsRefused() throws IOException {
        String smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000);
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection
                    .send("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                            + smuggled.length() + "\r\n\r\n")
                    .answer("POST", "/api/token");
            try {
                Exchange next = connection
                        .send(smuggled)
                        .send("GET /next HTTP/1.1\r\nHost: a\r\nX-Request-Id: next\r\nConnection: close\r\n\r\n")
                        .answer("GET", "/next");
                assertThat(next.header("X-Request-Id")).contains("next");
            } catch (EOFException | SocketException closed) {
                return;
            }
            connection.expectEnd();
        }
    }

    @Test
    void isRefusedLongBeforeItsEnd() throws IOException {
        byte[] chunk = chunk("x".repeat(MIB)).getBytes(UTF_8);
        int sent = 0;
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + chunk("{\"unknown\":\""));
            for (; sent < 100 && !connection.hasAnswer(); sent++) {
                connection.send(chunk);
            }
            assertThat(connection.answer("POST", "/api/token").status()).isEqualTo(413);
        } catch (SocketException closed) {
            // The answer can be lost with the connection, where the server closes it while we are still sending.
        }
        assertThat(sent).isLessThan(100);
    }

    @ParameterizedTest
    @CsvSource({"POST, /api/data", "PUT, /api/data/key"})
    void thatIsNotReadNeverCostsTheNextRequest(String method, String path) throws IOException {
        String head = method + " " + path
                + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n";
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange complete = connection.send(head + "{\"value\":\"abc\"}").answer(method, path);
            assertThat(complete.status()).isEqualTo(401);
            assertThat(complete.header("Connection")).isEmpty();
            Exchange unfinished = connection.send(head).answer(method, path);
            assertThat(unfinished.status()).isEqualTo(401);
            assertThat(unfinished.header("Connection")).contains("close");
            connection.expectEnd();
        }
    }

    @Test
    void holdsTheLargestValue() {
        String token = api.newToken();
        String value = "\u00e9".repeat(MIB / 2);
        assertThat(api.create(token, "large", value).status()).isEqualTo(201);
        assertThat(api.read(token, "large").body().at("/data/value").textValue())
                .isEqualTo(value);
        assertThat(api.create(token, "larger", value + "x").code()).isEqualTo("INVALID_VALUE");
        assertThat(api.update(token, "large", value + "x").code()).isEqualTo("INVALID_VALUE");
    }

    @Test
    void holdsTheLargestValueInItsLongestSpelling() {
        String token = api.newToken();
        String body = "{\"key\":\"k\",\"value\":\"" + "\\u0041".repeat(MIB) + "\"}";
        assertThat(api.as(token, "POST", "/api/data", body).status()).isEqualTo(201);
        assertThat(api.read(token, "k").body().at("/data/value").textValue()).isEqualTo("A".repeat(MIB));
    }
}
