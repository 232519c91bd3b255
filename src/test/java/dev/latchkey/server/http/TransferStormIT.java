package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever clients begin, and however they end it: nothing of it stays. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TransferStormIT {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE, "server.minThreads", "4", "server.maxThreads", "8", "http.transferMemory", "16MiB");

    private static final int CLIENTS = 8;
    private static final String JSON = "Content-Type: application/json\r\n";

    private static String token;

    @BeforeAll
    static void store() {
        Api api = SERVER.api();
        token = api.newToken();
        assertThat(api.create(token, "large", "x".repeat(1 << 20)).status()).isEqualTo(201);
    }

    static Stream<String> requests() {
        String host = "Host: a\r\n";
        String authorized = host + "Authorization: Bearer TOKEN\r\n";
        String body = "{\"value\":\"" + "y".repeat(5_000) + "\"}";
        String length = JSON + "Content-Length: " + body.length() + "\r\n";
        String chunked = JSON + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n"
                + body + "\r\n0\r\nX-Trailer: a\r\n\r\n";
        String put = "PUT /api/data/key HTTP/1.1\r\n";
        return Stream.of(
                put + authorized + length + "\r\n" + body,
                put + host + length + "\r\n" + body,
                put + authorized + chunked,
                put + authorized + "Expect: 100-continue\r\n" + length + "\r\n" + body,
                put + host + "Expect: 100-continue\r\n" + length + "\r\n" + body,
                put + authorized + JSON + "Content-Length: 100000000\r\n\r\n" + body,
                "PUT /api/data/key HTTP/1.0\r\n" + authorized + "Connection: keep-alive\r\n" + length + "\r\n" + body,
                "GET /api/data/large HTTP/1.1\r\n" + authorized + "\r\n",
                "HEAD /api/data/large HTTP/1.1\r\n" + authorized + "\r\n",
                "GET /api/data/large HTTP/1.0\r\n" + authorized + "\r\n",
                "GET /api/me/export HTTP/1.1\r\n" + authorized + "\r\n",
                "GET /api/data/large HTTP/1.1\r\n" + authorized + length + "\r\n" + body,
                "POST /nothing HTTP/1.1\r\n" + host + chunked,
                "POST /api/token HTTP/1.1\r\n" + host + length + "\r\n" + body);
    }

    /** In one piece, in two, without its end, several after another; read, half read, not read, half closed, reset. */
    @ParameterizedTest
    @MethodSource("requests")
    void nothingStays(String request) throws Exception {
        String whole = request.replace("TOKEN", token);
        int half = whole.length() / 2;
        List<RawConnection> open = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            open.add(RawConnection.to(SERVER).send(whole));
            open.add(RawConnection.to(SERVER).send(whole.substring(0, half)).send(whole.substring(half)));
            open.add(RawConnection.narrow(SERVER).send(whole.repeat(8)));
            open.add(RawConnection.to(SERVER).send(whole).endSending());
            RawConnection.to(SERVER).send(whole).reset();
            RawConnection.to(SERVER).send(whole.repeat(4)).reset();
            RawConnection.to(SERVER)
                    .send(whole.substring(0, whole.length() - 1))
                    .reset();
            open.add(RawConnection.to(SERVER)
                    .send(whole.substring(0, whole.length() - 1))
                    .endSending());
            open.add(RawConnection.to(SERVER).send(whole.substring(0, whole.length() - 1)));
        }
        for (RawConnection connection : open) {
            reset(connection);
        }
        Await.until(() -> Metrics.gauge(SERVER, "requests.transfers.bytes") == 0
                && Metrics.gauge(SERVER, "requests.transfers.waiting") == 0
                && Metrics.active(SERVER) == 0);
    }

    private static void reset(RawConnection connection) throws IOException {
        connection.reset();
    }
}
