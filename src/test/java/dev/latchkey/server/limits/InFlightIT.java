package dev.latchkey.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One user cannot take what is there for all, however slowly the answers are read. */
final class InFlightIT {
    private static final int THREADS = 8;

    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "server.minThreads",
            "4",
            "server.maxThreads",
            Integer.toString(THREADS),
            "data.maxValueSize",
            "8MiB",
            // Nothing but the limit is to end them.
            "server.applicationConnectors[0].idleTimeout",
            "10m");

    private final Api api = SERVER.api();

    @Test
    @Timeout(120)
    void halfOfTheThreadsAreForTheOthers() throws Exception {
        String greedy = api.newToken();
        String other = api.newToken();
        assertThat(api.create(greedy, "large", "x".repeat(8 << 20)).status()).isEqualTo(201);
        List<Socket> unread = new ArrayList<>();
        for (int i = 0; i < THREADS / 2; i++) {
            unread.add(begin(greedy));
        }
        // Not by asking as that user, whose question might take the place of one of them.
        Await.until(() -> waiting() >= THREADS / 2);

        assertThat(api.read(greedy, "key").outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(api.read(other, "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");

        for (Socket socket : unread) {
            socket.close();
        }
        while (api.read(greedy, "key").status() != 404) {
            assertThat(api.read(other, "key").status()).isEqualTo(404);
        }
    }

    /** How many answers wait for their clients. */
    private static int waiting() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(SERVER.admin().resolve("/metrics")).build();
        String metrics = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper()
                .readTree(metrics)
                .path("gauges")
                .path("requests.transfers.waiting")
                .path("value")
                .intValue();
    }

    /** A request whose answer is never read, and is longer than what the system keeps for a connection. */
    private static Socket begin(String token) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER.port()));
        String request = "GET /api/data/large HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
