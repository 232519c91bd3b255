package dev.latchkey.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.latchkey.Engine;
import dev.latchkey.Exchange;
import dev.latchkey.ServerExtension;
import java.io.IOException;
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
