package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promise 26: an admin port that is open to the network gives it health and metrics, and nothing else unless that is said twice. */
final class AdminPortIT {
    @RegisterExtension
    static final ServerExtension OPEN = new ServerExtension(
            Engine.SQLITE, "server.adminConnectors[0].bindHost", "0.0.0.0", "http.trustedProxies", "0.0.0.0/0");

    @RegisterExtension
    static final ServerExtension EXPOSED = new ServerExtension(
            Engine.SQLITE, "server.adminConnectors[0].bindHost", "0.0.0.0", "adminPort.exposeInternals", "true");

    private static InetAddress network;

    @BeforeAll
    static void findAddress() throws SocketException {
        Optional<InetAddress> found = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
        assumeTrue(found.isPresent(), "This machine has a loopback address only");
        network = found.get();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 200",
        "GET, /healthcheck, 200",
        "GET, /metrics, 200",
        "GET, /metrics?pretty=true, 200",
        "GET, /ping, 200",
        "GET, /threads, 403",
        "GET, /%74hreads, 403",
        "GET, /threads;x=/metrics, 403",
        "GET, /metrics/../threads, 403",
        "GET, //threads, 400",
        "GET, /pprof?duration=1, 403",
        "GET, /pprof/contention?duration=1, 403",
        "GET, /nothing, 403",
        "POST, /tasks/gc, 403",
        "POST, /tasks/log-level?logger=a&level=INFO, 403",
        "POST, /tasks/backup, 403",
        "POST, /tasks/../tasks/gc, 403"
    })
    void theNetworkGetsHealthAndMetricsOnly(String method, String page, int status) throws IOException {
        String answer = ask(network, OPEN, method, page);

        assertThat(status(answer)).as(answer).isEqualTo(status);
        if (status == 403) {
            assertThat(answer).contains("text/plain").contains("This page is for this machine only");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /threads, 200", "POST, /tasks/gc, 200", "GET, /metrics, 200"})
    void thisMachineGetsAll(String method, String page, int status) throws IOException {
        assertThat(status(ask(InetAddress.getLoopbackAddress(), OPEN, method, page)))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"GET, /threads, 200", "POST, /tasks/gc, 200", "GET, /metrics, 200"})
    void theNetworkGetsAllWhereThatIsSaidTwice(String method, String page, int status) throws IOException {
        assertThat(status(ask(network, EXPOSED, method, page))).isEqualTo(status);
    }

    /** Every header that says who asks says that it is this machine. */
    private static String ask(InetAddress address, ServerExtension server, String method, String page)
            throws IOException {
        try (Socket socket = new Socket(address, server.admin().getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write((method + " " + page + " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n"
                            + "Forwarded: for=127.0.0.1;by=127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nContent-Length: 0\r\n"
                            + "Connection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }
}
