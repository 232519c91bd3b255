package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser needs to let a page of another origin call the API, for the configured origins and no others. */
final class CorsIT {
    private static final String ORIGIN = "https://app.example.com";
    private static final ServerExtension WITHOUT = ServerExtension.shared(Engine.SQLITE);

    @RegisterExtension
    static final ServerExtension SERVER =
            new ServerExtension(Engine.SQLITE, "cors.origins", ORIGIN + ", http://localhost:5173,https://[::1]:8443");

    @RegisterExtension
    static final ServerExtension FOR_ALL =
            new ServerExtension(Engine.SQLITE, "cors.origins", "*", "cors.headers", "X-Tenant, x-b3-traceid");

    @RegisterExtension
    static final ServerExtension FOR_ONE =
            new ServerExtension(Engine.SQLITE, "cors.origins", ORIGIN, "cors.headers", "*");

    private final Api api = SERVER.api();

    /** Otherwise the browser would report a broken connection, and nobody would know why: an operation may be off, such as those of mail. */
    @Test
    void aPageLearnsThatNothingIsThere() {
        String origin = "http://localhost:5173";
        assertThat(preflight(api, "/api/nothing", "POST", origin).status()).isEqualTo(204);
        assertThat(api.send("OPTIONS", "/api/nothing", null, "Origin", origin).outcome())
                .isEqualTo("404 NOT_FOUND");

        Api.Answer answer = api.send("POST", "/api/nothing", "{}", "Origin", origin);

        assertThat(answer.outcome()).isEqualTo("404 NOT_FOUND");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/register,POST,https://app.example.com",
        "/api/token,POST,http://localhost:5173",
        "/api/data/k,PUT,https://[::1]:8443"
    })
    void answersAPreflight(String path, String method, String origin) {
        Api.Answer answer = preflight(api, path, method, origin);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
        assertThat(list(answer, "Access-Control-Allow-Methods"))
                .containsExactlyInAnyOrder("GET", "POST", "PUT", "PATCH", "DELETE");
        assertThat(list(answer, "Access-Control-Allow-Headers"))
                .containsExactlyInAnyOrder(
                        "Authorization",
                        "Content-Type",
                        "If-Match",
                        "If-None-Match",
                        "Idempotency-Key",
                        "X-Request-Id",
                        "Last-Event-ID",
                        "traceparent",
                        "tracestate",
                        "baggage",
                        "sentry-trace",
                        "X-Requested-With");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("3600");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(answer.header("Allow")).contains(method);
    }

    @Test
    void canAllowMoreHeaders() {
        assertThat(list(preflight(FOR_ALL.api(), "/api/token", "POST", ORIGIN), "Access-Control-Allow-Headers"))
                .hasSize(14)
                .contains("Authorization", "traceparent", "X-Tenant", "x-b3-traceid");
        assertThat(list(preflight(FOR_ONE.api(), "/api/token", "POST", ORIGIN), "Access-Control-Allow-Headers"))
                .hasSize(13)
                .contains("Authorization", "traceparent", "*");
    }

    /** Jetty refuses these before it knows their headers. */
    static Stream<Arguments> unreadable() {
        return Stream.of(
                arguments("GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\nOrigin: " + ORIGIN, 414),
                arguments("G".repeat(17_000) + " / HTTP/1.1\r\nHost: a\r\nOrigin: " + ORIGIN, 431),
                arguments("GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + ORIGIN + "\r\nX: " + "a".repeat(17_000), 431),
                arguments("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(17_000) + "\r\nOrigin: " + ORIGIN, 431),
                arguments("GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + ORIGIN + "\r\nX: a\u0000b", 400),
                arguments("GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + ORIGIN + "\r\nX : a", 400),
                arguments("GET / HTTP/1.1\r\nOrigin: " + ORIGIN, 400),
                arguments("GET /%zz HTTP/1.1\r\nHost: a\r\nOrigin: " + ORIGIN, 400));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void letsThePageReadRefusalsBeforeAnythingElse(String head, int status) throws IOException {
        requireReadable(refusal(FOR_ONE, head), status, ORIGIN);

        Exchange forAll = refusal(FOR_ALL, head);
        String allowed = forAll.headers().get("access-control-allow-origin").get(0);
        assertThat(allowed).isIn("*", ORIGIN);
        requireReadable(forAll, status, allowed);

        // Which of the three it was is known only where the headers are.
        Exchange forThree = refusal(SERVER, head);
        assertThat(forThree.status()).isEqualTo(status);
        assertThat(forThree.header("access-control-allow-origin").orElse(ORIGIN))
                .isEqualTo(ORIGIN);
        assertThat(forThree.headers().get("vary")).containsExactly("Origin");
    }

    private static Exchange refusal(ServerExtension server, String head) throws IOException {
        try (RawConnection connection = RawConnection.to(server)) {
            return connection.send(head + "\r\n\r\n").answer("GET", "/nothing");
        }
    }

    @Test
    void letsThePageReadTheAnswer() {
        String token = api.newToken();
        api.create(token, "k", "v");
        requireReadable(
                api.send("GET", "/api/data/k", null, "Origin", ORIGIN, "Authorization", "Bearer " + token)
                        .exchange(),
                200,
                ORIGIN);
        assertThat(api.read(token, "k").header("Vary")).isEqualTo("Origin");
        assertThat(api.read(token, "k").header("Access-Control-Allow-Origin")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /api/data/k | X: none | 401",
                "GET | /nothing | X: none | 404",
                "PATCH | /api/data | X: none | 405",
                "GET | /api/data/k | Accept: text/html | 406",
                "POST | /api/token | Content-Length: 1000000 | 413",
                "POST | /api/token | Content-Type: text/plain | 415",
                "POST | /api/token | Transfer-Encoding: gzip, chunked | 400",
                "FOO | /api/token | X: none | 405",
                "GET | / | Expect: sky to fall | 417"
            })
    void letsThePageReadErrorsOfEveryKind(String method, String path, String header, int status) throws IOException {
        requireReadable(
                RawConnection.exchange(SERVER, method, path, "Origin: " + ORIGIN + "\r\n" + header + "\r\n\r\n"),
                status,
                ORIGIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://app.example.com.evil.com",
                "https://evil.com?https://app.example.com",
                "https://appxexample.com",
                "https://app.example.com:8443",
                "https://app.example.com/",
                "http://app.example.com",
                "HTTPS://APP.EXAMPLE.COM",
                "https://example.com",
                "http://localhost",
                "http://localhost:5174",
                "*"
            })
    void isNotForOthers(String origin) {
        for (Api.Answer answer : List.of(
                preflight(api, "/api/token", "POST", origin),
                api.send("POST", "/api/token", "{}", "Content-Type", "application/json", "Origin", origin),
                api.send("GET", "/nothing", null, "Origin", origin))) {
            assertThat(corsHeaders(answer.exchange())).isEmpty();
            assertThat(answer.header("Vary")).isEqualTo("Origin");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "https://app.example.com", "http://localhost:1"})
    void canBeForEverybody(String origin) {
        Api everybody = FOR_ALL.api();
        assertThat(preflight(everybody, "/api/token", "POST", origin).header("Access-Control-Allow-Origin"))
                .isEqualTo(origin);
        requireReadable(
                everybody.send("GET", "/api/data/k", null, "Origin", origin).exchange(), 401, origin);
    }

    @Test
    void isOffByDefault() {
        Api.Answer options = preflight(WITHOUT.api(), "/api/token", "POST", ORIGIN);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).contains("POST");
        Api.Answer error = WITHOUT.api().send("GET", "/nothing", null, "Origin", ORIGIN);
        for (Api.Answer answer : List.of(options, error)) {
            assertThat(corsHeaders(answer.exchange())).isEmpty();
            assertThat(answer.header("Vary")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthcheck", "/metrics", "/nothing", "/%zz"})
    void isNotOnTheAdminPort(String path) throws Exception {
        // The client of the JDK would not send the last path.
        URI admin = FOR_ALL.admin();
        try (Socket socket = new Socket(admin.getHost(), admin.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nOrigin: " + ORIGIN
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 ").doesNotContainIgnoringCase("access-control");
        }
    }

    private static void requireReadable(Exchange answer, int status, String origin) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().get("access-control-allow-origin")).containsExactly(origin);
        assertThat(answer.header("access-control-expose-headers").orElseThrow().split(","))
                .containsExactlyInAnyOrder(
                        "ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Location", "X-Request-Id");
        assertThat(answer.header("access-control-allow-credentials")).isEmpty();
        assertThat(answer.headers().get("vary")).containsExactly("Origin");
    }

    private static Api.Answer preflight(Api api, String path, String method, String origin) {
        return api.send(
                "OPTIONS",
                path,
                null,
                "Origin",
                origin,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                "authorization,content-type");
    }

    private static String[] list(Api.Answer answer, String header) {
        return answer.header(header).split(",");
    }

    private static List<String> corsHeaders(Exchange answer) {
        return answer.headers().keySet().stream()
                .filter(name -> name.startsWith("access-control"))
                .toList();
    }
}
