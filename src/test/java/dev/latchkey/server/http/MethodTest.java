package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 25: a method that a path does not know. */
final class MethodTest {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private final Api api = SERVER.api();

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "PROPFIND", "FOO", "get", "Get", "PATCH", "DELETE"})
    void refusesAMethodThatThePathDoesNotKnow(String method) throws IOException {
        Exchange answer = RawConnection.exchange(SERVER, method, "/api/data", "Cookie: secret\r\n\r\n");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(answer.header("Allow").orElseThrow()).contains("POST");
    }

    @Test
    void namesHeadBesideGetWhereItRefusesAnother() {
        Api.Answer answer = api.send("POST", "/api/data/k", null);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow").split(", "))
                .containsExactlyInAnyOrder("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "PUT");
    }

    @Test
    void isNoProxy() throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection
                    .send("CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n")
                    .answer("CONNECT", "localhost:22");
            assertThat(answer.status()).isEqualTo(405);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/register,POST",
        "/api/token,POST",
        "/api/data,GET HEAD POST",
        "/api/data/k,DELETE GET HEAD PATCH PUT"
    })
    void tellsWhatAPathKnows(String path, String methods) {
        Api.Answer answer = api.send("OPTIONS", path, null);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Content-Type")).isNull();
        assertThat(answer.header("Allow").split(", ?")).contains("OPTIONS").contains(methods.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: text/html",
                "Accept: application/json;q=0",
                "Accept: */*;q=0",
                "Accept: text/plain;q=0, image/*",
                "Accept: application/jwk-set+json",
                "Accept: x",
                "Accept: ,,,",
                "Accept: application/json;q=x",
                "Content-Type: text/plain",
                "Content-Type: application/json; charset=utf-16"
            })
    void optionsSuitEverybody(String header) throws IOException {
        for (String path : new String[] {"/api/data", "/api/me", "/.well-known/jwks.json", "/docs", "/openapi.json"}) {
            Exchange answer = RawConnection.exchange(SERVER, "OPTIONS", path, header + "\r\n\r\n");
            assertThat(answer.status()).as(path).isEqualTo(204);
            assertThat(answer.header("Allow").orElseThrow()).contains("OPTIONS");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Accept: text/html\r\n",
                "Content-Length: 0\r\n",
                "X-Request-Id: x\r\n",
                "Max-Forwards: 0\r\n"
            })
    void tellsWhatTheServerKnows(String header) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            for (int i = 0; i < 2; i++) {
                Exchange answer = connection
                        .send("OPTIONS * HTTP/1.1\r\nHost: a\r\n" + header + "\r\n")
                        .answer("OPTIONS", "*");
                assertThat(answer.status()).isEqualTo(204);
                assertThat(answer.header("Allow").orElseThrow().split(", "))
                        .contains("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "websocket", "HTTP/2.0", "TLS/1.0", "foo, bar", ""})
    void ignoresAnUpgrade(String protocol) throws IOException {
        for (String connection : new String[] {
            "", "Connection: close\r\n", "Connection: Upgrade\r\n", "Connection: upgrade, HTTP2-Settings\r\n"
        }) {
            String rest =
                    "Upgrade: " + protocol + "\r\n" + connection + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n";
            assertThat(RawConnection.exchange(SERVER, "GET", "/.well-known/jwks.json", rest)
                            .status())
                    .as(connection)
                    .isEqualTo(200);
            assertThat(RawConnection.exchange(
                                    SERVER,
                                    "GET",
                                    "/.well-known/jwks.json",
                                    connection + "Upgrade: " + protocol + "\r\n\r\n")
                            .status())
                    .as(connection)
                    .isEqualTo(200);
        }
    }

    @Test
    void headAnswersAsGetWithoutABody() throws IOException {
        String token = api.newToken();
        api.create(token, "k", "v");
        for (String path : new String[] {"/api/data/k", "/api/data/absent", "/api/data/%01", "/nothing"}) {
            String rest = "Authorization: Bearer " + token + "\r\nX-Request-Id: one\r\nConnection: close\r\n\r\n";
            try (RawConnection connection = RawConnection.to(SERVER)) {
                Exchange head = connection
                        .send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n" + rest)
                        .answer("HEAD", path);
                Exchange get = RawConnection.exchange(SERVER, "GET", path, rest);
                assertThat(head.status()).isEqualTo(get.status());
                assertThat(withoutDate(head)).isEqualTo(withoutDate(get));
                connection.expectEnd();
            }
        }
    }

    private static Map<String, List<String>> withoutDate(Exchange exchange) {
        Map<String, List<String>> headers = new TreeMap<>(exchange.headers());
        headers.remove("date");
        return headers;
    }

    @Test
    void continuesOnlyWhereABodyIsWanted() throws IOException {
        String header = "Host: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ";
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send("POST /api/token HTTP/1.1\r\n" + header + "2\r\n\r\n");
            assertThat(connection.interimStatus()).isEqualTo(100);
            assertThat(connection.send("{}").answer("POST", "/api/token").body())
                    .contains("MISSING_FIELDS");
        }
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send("POST /nothing HTTP/1.1\r\n" + header + "2\r\n\r\n");
            assertThat(connection.answer("POST", "/nothing").status()).isEqualTo(404);
        }
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send("POST /api/token HTTP/1.1\r\n" + header + "1000000\r\n\r\n");
            assertThat(connection.answer("POST", "/api/token").status()).isEqualTo(413);
            connection.expectEnd();
        }
    }
}
