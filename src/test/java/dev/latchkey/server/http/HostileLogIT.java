package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Whatever strangers send, and however they leave: it is not in the log in their words, not an error, and not a stack trace. */
@Timeout(60)
final class HostileLogIT {
    private static final String MARK = "WhatAStrangerSays";
    private static final String LONG = MARK.repeat(300);
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final int PIPELINED = 100;
    private static final int CONNECTIONS = 6;
    private static final int MAX_LINE = 300;

    /** The second registration in an hour, and each that follows, is turned away, and that a second later. */
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE, "limits.registrationsPerAddress", "1/1h");

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private static final Logger REQUESTS = (Logger) LoggerFactory.getLogger("requests");

    private static String token;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void register() {
        Api api = SERVER.api();
        token = api.newToken();
        api.create(token, "k", "x".repeat(1 << 20));
    }

    @BeforeEach
    void listen() {
        // The server writes while the test reads.
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        ROOT.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ROOT.detachAppender(log);
        REQUESTS.detachAppender(log);
        REQUESTS.setLevel(Level.WARN);
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String with(String header) {
        return "GET /api/data HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n";
    }

    private static String host(String host) {
        return "GET /nothing HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static String post(String path, String type, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + type + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static String chunks(String chunks) {
        return "POST /api/token HTTP/1.1\r\nHost: a\r\n" + JSON + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
    }

    static Stream<String> inputs() {
        return Stream.of(
                // Authorities
                host(LONG + "@"),
                host("[" + LONG),
                host("[" + MARK + "]"),
                host("[::1]" + MARK),
                host("[::1]:" + MARK),
                host(MARK + ":99999"),
                host("a:" + MARK),
                host("a:b:" + MARK),
                host(":" + MARK),
                host(MARK + " b"),
                host(MARK + "/b"),
                host(MARK + "\u00e9"),
                host(MARK + "\r\nHost: " + MARK + "2"),
                get("http://" + LONG + "@@/"),
                get("http://[" + MARK + "/"),
                get("http://a:" + MARK + "/"),
                get(MARK + ":80"),
                "CONNECT " + MARK + ":x HTTP/1.1\r\nHost: a\r\n\r\n",
                // Paths and queries
                get("/%zz" + MARK),
                get("/%00" + MARK),
                get("/%u0041" + MARK),
                get("/" + MARK + "%c0%af"),
                get("/" + MARK + "%0d%0aERROR"),
                get("/" + MARK + "\\x"),
                get("/..;/" + MARK),
                get("//" + MARK + "//../%2e%2e/x"),
                get("/\u00e9" + MARK),
                get("/" + LONG),
                get("/" + LONG + LONG),
                get("/api/data?limit=" + MARK + "&cursor=%zz"),
                // Request lines, and other protocols
                MARK + " / HTTP/1.1\r\nHost: a\r\n\r\n",
                "G\u0001" + MARK + " / HTTP/1.1\r\n\r\n",
                "GET / HTTP/" + MARK + "\r\n\r\n",
                "GET /" + MARK + "\r\n",
                "TRACE /" + MARK + " HTTP/1.1\r\nHost: a\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0012\u0004\u0000\u0000\u0000\u0000\u0000" + MARK,
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + MARK,
                "SSH-2.0-" + MARK + "\r\n",
                "PROXY TCP4 " + MARK + " 10.0.0.1 1 2\r\n",
                "\r\n".repeat(50) + MARK,
                // Headers
                with("Accept: " + MARK + "/" + MARK + ";q=x"),
                with("Accept-Charset: " + MARK),
                with("Accept-Language: " + MARK + ";q=z"),
                with("Authorization: " + LONG),
                with("Authorization: Bearer " + MARK + "." + MARK + "." + MARK),
                with("Cookie: a=\"" + MARK + "\u0001"),
                with("Range: bytes=" + MARK),
                with("Expect: " + MARK),
                with("Upgrade: " + MARK),
                with("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: " + MARK),
                with("Origin: " + MARK),
                with("Forwarded: for=[" + MARK),
                with("X-Forwarded-For: " + MARK),
                with("X-Request-Id: " + MARK + " x"),
                with("User-Agent: " + LONG),
                with("X: " + LONG + LONG),
                with("X: " + MARK + "\u0000"),
                with(MARK + " : x"),
                with("X: " + MARK + "\r\n folded"),
                with("Transfer-Encoding: " + MARK),
                with("Content-Length: " + MARK),
                // Turned away, each a second later
                post("/api/register", JSON, "{\"username\":\"" + MARK + "\"}").repeat(3),
                post("/api/register", "Content-Type: text/plain\r\n", MARK).repeat(3),
                // Bodies
                post("/api/token?" + MARK + "=1", FORM, ""),
                post("/nothing?" + MARK, FORM, ""),
                post("/api/register?a=" + LONG, FORM, ""),
                post("/api/token", FORM, MARK + "=%zz"),
                post(
                        "/api/token?" + MARK + "=1",
                        "Content-Type: application/x-www-form-urlencoded;charset=" + MARK + "\r\n",
                        ""),
                post("/api/token", "Content-Type: " + MARK + "\r\n", "{}"),
                post("/api/token", "Content-Type: application/json;charset=" + MARK + "\r\n", "{}"),
                post("/api/token", "Content-Type: multipart/form-data; boundary=" + MARK + "\r\n", "--" + MARK),
                post("/api/token", JSON + "Content-Encoding: gzip\r\n", MARK),
                post("/api/token", JSON, "{\"" + MARK + "\":" + MARK),
                post("/api/token", JSON, "{\"username\":\"" + LONG + "\",\"password\":\"" + LONG + "\"}"),
                post("/api/token", JSON, "{\"username\":\"\\ud800" + MARK + "\"}"),
                post("/api/token/refresh", JSON, "{\"refresh_token\":\"" + LONG + "\"}"),
                post("/api/register", JSON, "{\"username\":\"${7*7}" + MARK + "\",\"email\":\"" + MARK + "\"}"),
                "POST /api/token HTTP/1.1\r\nHost: a\r\n" + JSON + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
                "POST /api/token HTTP/1.1\r\nHost: a\r\n" + JSON + "Content-Length: 99\r\n\r\n{\"" + MARK,
                "POST /api/token HTTP/1.1\r\nHost: a\r\n" + JSON + "Content-Length: 999999999\r\n\r\n{\"" + MARK,
                chunks(MARK + "\r\n{}\r\n0\r\n\r\n"),
                chunks("2;" + LONG + "\r\n{}\r\n0\r\n\r\n"),
                chunks("2\r\n{}" + MARK),
                chunks("2\r\n{}\r\n0\r\n" + MARK + "\r\n\r\n"),
                chunks("ffffffffffffffff\r\n" + MARK));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void hasNothingOfWhatAStrangerSends(String input) throws Exception {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send(input).endSending().skipToEnd();
        }
        for (int i = 1; i < CONNECTIONS; i++) {
            RawConnection.to(SERVER).send(input).reset();
        }
        expectQuiet(CONNECTIONS);
    }

    static Stream<String> answered() {
        return Stream.of(
                get("/nothing"),
                get("/openapi.json"),
                get("/docs"),
                get("/api/data"),
                get("/api/me/export"),
                get("/.well-known/jwks.json"),
                with("Authorization: Bearer a.b.c"),
                with("Accept: text/plain"),
                "HEAD /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n",
                "OPTIONS /api/data HTTP/1.1\r\nHost: a\r\n\r\n",
                "DELETE /api/token HTTP/1.1\r\nHost: a\r\n\r\n",
                post("/api/token", JSON, "{"),
                post("/api/token", JSON, "{\"username\":\"a\"}"),
                post("/api/token", "Content-Type: text/plain\r\n", "{}"),
                post("/api/token", JSON, " ".repeat(70_000)),
                post("/api/token?a=b", FORM, ""),
                chunks("1\r\n{\r\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("answered")
    void hasNothingOfAConnectionThatIsResetBeforeItsAnswers(String request) throws Exception {
        sendAndReset(request.repeat(PIPELINED));
        expectQuiet(CONNECTIONS * PIPELINED);
    }

    /** Half of them at once, and half when the first answer comes. */
    private static void sendAndReset(String requests) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            RawConnection connection = RawConnection.to(SERVER);
            try {
                connection.send(requests);
                if (i % 2 == 1) {
                    Await.until(connection::hasAnswer);
                }
            } catch (SocketException e) {
                // The server was first.
            }
            connection.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /api/me/export", "GET /api/me", "GET /api/data", "GET /api/data/k", "HEAD /api/data/k"})
    void hasNothingOfAUserWhoGoesAwayEither(String request) throws Exception {
        String head = request + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        sendAndReset(head.repeat(PIPELINED));
        expectQuiet(CONNECTIONS * PIPELINED);
    }

    static Stream<String> longLines() {
        return Stream.of(
                get("/" + LONG),
                get("/api/data/" + "%41".repeat(2_000)),
                get("/api/data/k?" + LONG),
                "A".repeat(4_000) + " /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
                get("http://a/" + LONG),
                get("/" + "\"".repeat(4_000)),
                with("X-Request-Id: " + "a".repeat(4_000)),
                with("User-Agent: " + LONG + "\r\nReferer: " + LONG),
                with("X-Forwarded-For: " + "1.1.1.1, ".repeat(500)));
    }

    @ParameterizedTest
    @MethodSource("longLines")
    void hasRequestLinesOfABoundedLength(String input) throws Exception {
        awaitIdle();
        REQUESTS.setLevel(Level.INFO);
        REQUESTS.addAppender(log);
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send(input).endSending().skipToEnd();
        }
        Await.until(() -> !log.list.isEmpty());
        assertThat(List.copyOf(log.list)).allSatisfy(event -> assertThat(event.getFormattedMessage())
                .hasSizeLessThan(1_500)
                .matches("[ -~]*")
                .matches(".*\" \\d{3} \\d+ \\d+"));
    }

    private void expectQuiet(int requests) throws Exception {
        awaitIdle();
        List<ILoggingEvent> events = List.copyOf(log.list);
        assertThat(events).hasSizeLessThanOrEqualTo(requests).allSatisfy(event -> {
            assertThat(event.getLevel().isGreaterOrEqual(Level.ERROR))
                    .as("an error: %s", event)
                    .isFalse();
            assertThat(event.getThrowableProxy()).as("stack trace of %s", event).isNull();
            assertThat(event.getFormattedMessage()).doesNotContain(MARK).hasSizeLessThan(MAX_LINE);
        });
    }

    /** Until the server has taken in all that came before, and works on nothing. */
    private static void awaitIdle() throws IOException, InterruptedException {
        HttpRequest metrics =
                HttpRequest.newBuilder(SERVER.admin().resolve("/metrics")).build();
        int active;
        do {
            RawConnection.exchange(SERVER, "GET", "/nothing", "Connection: close\r\n\r\n");
            active = new ObjectMapper()
                    .readTree(HTTP.send(metrics, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .at("/counters/io.dropwizard.jetty.MutableServletContextHandler.active-requests/count")
                    .intValue();
        } while (active > 0);
    }
}
