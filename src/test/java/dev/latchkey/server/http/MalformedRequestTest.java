package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises 24 and 28: requests that are not HTTP are refused in the contract's words, and their connections end: nothing after them is believed. */
final class MalformedRequestTest {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final String PATH = "/nothing/here";
    private static final String SECOND_REQUEST = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    private static void expectRefusal(int status, String request) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection.send(request).answer("GET", PATH);
            assertThat(answer.status()).isEqualTo(status);
            connection.expectEnd();
        }
    }

    static Stream<Arguments> requestLines() {
        return Stream.of(
                arguments("GET /nothing/here", 505),
                arguments("GET", 400),
                arguments("GET /nothing/here HTTP/0.9", 505),
                arguments("GET /nothing/here HTTP/1.2", 505),
                arguments("GET /nothing/here HTTP/2.0", 505),
                arguments("GET /nothing/here HTTP/3.0", 505),
                arguments("GET /nothing/here JUNK", 505),
                arguments("PRI * HTTP/2.0", 505),
                arguments(" GET /nothing/here HTTP/1.1", 400),
                arguments("GET /nothing here HTTP/1.1", 400),
                arguments("GET\t/nothing/here HTTP/1.1", 400),
                arguments("GET /nothing\u0001here HTTP/1.1", 400),
                arguments("GET /nothing\u0000here HTTP/1.1", 400),
                arguments("G@T /nothing/here HTTP/1.1", 400),
                arguments("GET /nothing/%zz HTTP/1.1", 400),
                arguments("GET nothing/here HTTP/1.1", 400),
                arguments("GET /nothing/here# HTTP/1.1", 400),
                arguments("GET a:80 HTTP/1.1", 400),
                arguments("GET * HTTP/1.1", 400),
                arguments("GET http://b/nothing/here HTTP/1.1", 400),
                arguments("GET http://user:password@a/nothing/here HTTP/1.1", 400),
                arguments("GET /" + "a".repeat(17_000) + " HTTP/1.1", 414),
                arguments("G".repeat(17_000) + " / HTTP/1.1", 431));
    }

    @ParameterizedTest
    @MethodSource("requestLines")
    void refusesARequestLine(String line, int status) throws IOException {
        // The connection of a refused URI may live on, where the refusal did not come from the parser.
        expectRefusal(status, line + "\r\nHost: a\r\nConnection: close\r\n\r\n" + SECOND_REQUEST);
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("Host: a\r\nX: " + "a".repeat(17_000), 431),
                arguments("Host: a\r\n" + "X: a\r\n".repeat(4_000) + "Y: b", 431),
                arguments("Host: a\r\nX: a\r\n folded", 400),
                arguments(" X: a\r\nHost: a", 400),
                arguments("Host: a\r\nX : a", 400),
                arguments("Host: a\r\nX", 400),
                arguments("Host: a\r\n: a", 400),
                arguments("Host: a\r\nX(y): a", 400),
                arguments("Host: a\r\nX: a\u0000b", 400),
                arguments("Host: a\r\nX: a\rb", 400),
                arguments("X: no host", 400),
                arguments("Host:", 400),
                arguments("Host: a\r\nHost: a", 400),
                arguments("Host: a\r\nHost: b", 400),
                arguments("Host: a b", 400),
                arguments("Host: a/b@c", 400),
                arguments("Host: a:99999", 400),
                arguments("Host: :", 400),
                arguments("Host: :80", 400),
                arguments("Host: a:x", 400),
                arguments("Host: a:0", 400),
                arguments("Host: [::1]:x", 400),
                arguments("Host: [::1]x", 400),
                arguments("Host: user@a", 400),
                arguments("Host: [::1", 400),
                arguments("Host: a\r\nExpect: a-miracle", 417));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void refusesAHeader(String header, int status) throws IOException {
        expectRefusal(status, "GET /nothing/here HTTP/1.1\r\n" + header + "\r\n\r\n" + SECOND_REQUEST);
    }

    static Stream<String> longHeads() {
        return Stream.of(
                "/nothing/here HTTP/1.1\r\nX: " + "a".repeat(16_000),
                "/nothing/here HTTP/1.1" + ("\r\nX: " + "a".repeat(100)).repeat(150),
                "/nothing/here HTTP/1.1" + "\r\nX: a".repeat(2_700),
                "/nothing/here HTTP/1.1\r\nAuthorization: Bearer " + "a".repeat(16_000),
                "/nothing/here?" + "a".repeat(16_000) + " HTTP/1.1",
                "/nothing/here?" + "a".repeat(8_000) + " HTTP/1.1\r\nCookie: " + "a".repeat(8_000));
    }

    @ParameterizedTest
    @MethodSource("longHeads")
    void takesAHeadOf16KiB(String head) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer =
                    connection.send("GET " + head + "\r\nHost: a\r\n\r\n").answer("GET", PATH);
            assertThat(answer.status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost:", "a:", "127.0.0.1:", "[::1]:", "a.example:", "a:80", "[::1]", "LOCALHOST:3000"})
    void takesAHostWithOrWithoutAPort(String host) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            for (int i = 0; i < 2; i++) {
                Exchange answer = connection
                        .send("GET /.well-known/jwks.json HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .answer("GET", "/.well-known/jwks.json");
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }

    static Stream<Arguments> refusedAtRegister() {
        String http = " HTTP/1.1\r\n";
        return Stream.of(
                arguments("/api/register?" + "a".repeat(20_000) + http + "Host: a\r\n", 414),
                arguments("/api/register" + http + "Host: a\r\nX: " + "a".repeat(20_000) + "\r\n", 431),
                arguments("/api/register" + http + "Host: a\r\nExpect: a-miracle\r\n", 417),
                arguments("/api/register HTTP/2.0\r\n", 505),
                arguments("/api/register HTTP/1.7\r\nHost: a\r\n", 505),
                arguments("/api/register" + http + "\r\n", 400),
                arguments("/api/register?x=1" + http + "Host: a b\r\n", 400),
                arguments("/api/register#" + http + "Host: a\r\n", 400),
                arguments("/api/register" + http + "Host: a\r\nContent-Length: x\r\n", 400));
    }

    @ParameterizedTest
    @MethodSource("refusedAtRegister")
    void saysAtRegisterWhatRegisterSays(String rest, int status) throws IOException {
        byte[] bytes = ("POST " + rest + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        for (int first : new int[] {bytes.length, 3, 11, 19}) {
            try (RawConnection connection = RawConnection.to(SERVER)) {
                connection.send(Arrays.copyOf(bytes, first));
                Exchange answer = connection
                        .send(Arrays.copyOfRange(bytes, first, bytes.length))
                        .answer("POST", "/api/register");
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.body()).contains("Please provide all required fields: username");
                connection.expectEnd();
            }
        }
    }

    static Stream<Arguments> requestsForAHead() {
        String end = " HTTP/1.1\r\nHost: a";
        return Stream.of(
                arguments("/aaaaaaaaaa?" + "a".repeat(20_000) + end, 414),
                arguments("/" + "a".repeat(20_000) + end, 414),
                arguments("/aaaaaaaaaa" + end + "\r\nX: " + "a".repeat(20_000), 431),
                arguments("/aaaaaaaaaa" + end + "\r\nExpect: a-miracle", 417),
                arguments("/aaaaaaaaaa HTTP/2.0\r\nHost: a", 505),
                arguments("/aaaaaaaaaa HTTP/1.1", 400),
                arguments("/api/sessions/%" + end, 400),
                arguments("/api/data/%zz" + end, 400),
                arguments("/api/data/%c3%28/%2" + end, 400),
                arguments("/a b" + end, 400),
                arguments("/a\u0001" + end, 400),
                arguments("/\u00e9" + end + " b", 400),
                arguments("//" + end + "\r\nHost: b", 400),
                arguments("*" + end, 400),
                arguments("/aaaaaaaaaa#" + end, 400));
    }

    @ParameterizedTest
    @MethodSource("requestsForAHead")
    void answersHeadWithoutABodyWhateverIsWrong(String rest, int status) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection
                    .send("HEAD " + rest + "\r\nConnection: close\r\n\r\n")
                    .answer("HEAD", PATH);
            assertThat(answer.status()).isEqualTo(status);
            connection.expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nContent-Length: 2",
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: 2, 2",
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 2",
                "Transfer-Encoding : chunked\r\nContent-Length: 2",
                "Transfer-Encoding:\u000bchunked\r\nContent-Length: 2",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: identity\r\nContent-Length: 2",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: \"chunked\"",
                "Content-Length: -1",
                "Content-Length: +2",
                "Content-Length: 0x2",
                "Content-Length: 2 2",
                "Content-Length: two",
                "Content-Length: ",
                "Content-Length: 9999999999999999999999",
            })
    void refusesABodyWhoseEndIsUnclear(String framing) throws IOException {
        expectRefusal(400, "POST /nothing/here HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n{}" + SECOND_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "identity, chunked"})
    void refusesACodingItWouldIgnore(String coding) throws IOException {
        Exchange answer = RawConnection.exchange(
                SERVER, "POST", "/api/token", "Transfer-Encoding: " + coding + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n{}\r\n0\r\n\r\n",
                "-2\r\n{}\r\n0\r\n\r\n",
                "+2\r\n{}\r\n0\r\n\r\n",
                "0x2\r\n{}\r\n0\r\n\r\n",
                "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                "2\n{}\n0\n\n",
                "2\r\n{}XX0\r\n\r\n",
            })
    void refusesAMalformedChunk(String chunks) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection
                    .send("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n" + chunks + SECOND_REQUEST)
                    .answer("POST", "/api/token");
            assertThat(answer.status()).isEqualTo(400);
            connection.expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n5\r\n{}"})
    void aBodyThatEndsTooEarlyChangesNothing(String rest) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection
                    .send("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + rest)
                    .endSending()
                    .answer("POST", "/api/token");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("INVALID_REQUEST");
            connection.expectEnd();
        }
    }
}
