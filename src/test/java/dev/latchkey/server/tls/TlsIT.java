package dev.latchkey.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.Load;
import dev.latchkey.testing.ModelClient;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.Scrape;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestAuthority;
import dev.latchkey.testing.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that speaks TLS itself. */
final class TlsIT {
    private static final String LIVE = "/health/live";
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final SSLContext TRUST = AUTHORITY.trusting();
    private static final Issued FIRST = AUTHORITY.issue("RSA", 90, "localhost", "127.0.0.1");
    private static final TlsFiles FILES = TlsFiles.inTarget(FIRST);

    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "tls.certificate",
            FILES.certificate().toString(),
            "tls.key",
            FILES.key().toString(),
            "tls.hsts",
            "365d");

    private static Api api(String... protocols) {
        return api(SERVER, parameters(protocols));
    }

    private static Api api(ServerExtension server, SSLParameters parameters) {
        return new Api(
                URI.create("https://127.0.0.1:" + server.port()),
                HttpClient.newBuilder()
                        .sslContext(TRUST)
                        .sslParameters(parameters)
                        .build());
    }

    private static SSLParameters parameters(String... protocols) {
        SSLParameters parameters = TRUST.getDefaultSSLParameters();
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        return parameters;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void servesTheApi(String version) {
        Api api = api(version);
        String token = api.newToken();

        assertThat(api.as(
                                token,
                                "PUT",
                                "/api/data/a%2Fb?upsert=true",
                                Api.object("value", "x").toString())
                        .status())
                .isEqualTo(201);
        Api.Answer read = api.as(token, "GET", "/api/data/a%2Fb", null);
        assertThat(read.body().at("/data/key").textValue()).isEqualTo("a/b");
        assertThat(read.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
        assertThat(api.send("GET", "/api/data/a", null).outcome()).isEqualTo("401 INVALID_TOKEN");
    }

    /** It is TLS 1.3 where both sides can, over HTTP/1.1 whatever the client would like, by any name. */
    @Test
    void servesWhoeverAsksByWhateverName() throws Exception {
        try (RawConnection connection = RawConnection.toTls(SERVER, TRUST)) {
            assertThat(connection.session().getProtocol()).isEqualTo("TLSv1.3");
            for (String host : List.of("localhost", "127.0.0.1:3000", "other.example.com", "[::1]")) {
                assertThat(connection
                                .send("GET " + LIVE + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                                .answer("GET", LIVE)
                                .status())
                        .isEqualTo(200);
            }
            Exchange malformed =
                    connection.send("GET " + LIVE + " HTTP/1.1\r\n\r\n").answer("GET", LIVE);
            assertThat(malformed.status()).isEqualTo(400);
            connection.expectEnd();
        }
    }

    /** A hello of TLS 1.1 as its clients send it, since this JDK would not; the answer is the alert protocol_version. */
    @ParameterizedTest
    @CsvSource({"0301", "0302"})
    void refusesWhatIsOlder(String version) throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        // ECDHE_RSA_WITH_AES_128_CBC_SHA; the groups x25519 and secp256r1, uncompressed points.
        String body = version + HexFormat.of().formatHex(random) + "00" + "0002c013" + "0100" + "0010"
                + "000a00060004001d0017" + "000b00020100";
        String hello = "01" + length(body, 6) + body;
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send(HexFormat.of().parseHex("160301" + length(hello, 4) + hello));
            assertThat(HexFormat.of().formatHex(connection.bytes(7))).matches("1503..0002(0246)");
        }
    }

    private static String length(String hex, int digits) {
        String length = "000000" + Integer.toHexString(hex.length() / 2);
        return length.substring(length.length() - digits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
                "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_RSA_WITH_AES_128_GCM_SHA256"
            })
    void refusesWeakCiphers(String cipher) throws Exception {
        SSLContext context = AUTHORITY.trusting();
        try (var socket = (javax.net.ssl.SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), SERVER.port())) {
            socket.setSoTimeout(20_000);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            // Since 24, Java itself knows none without forward secrecy.
            assumeFalse(cipher.startsWith("TLS_RSA_") && Runtime.version().feature() >= 24);
            assertThat(socket.getSupportedCipherSuites()).contains(cipher);
            socket.setEnabledCipherSuites(new String[] {cipher});
            assertThatThrownBy(socket::startHandshake)
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }

    /** A request without TLS is told so, and does not pass for one with it. */
    @ParameterizedTest
    @ValueSource(strings = {LIVE, "https://localhost" + LIVE})
    void saysThatItTakesNothingButHttps(String target) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection
                    .send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .answer("GET", LIVE);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("INVALID_REQUEST", "must be https: this port takes nothing else");
            connection.expectEnd();
        }
    }

    @Test
    void survivesWhatIsNeitherTlsNorHttp() throws IOException {
        byte[] random = new byte[600];
        new SecureRandom().nextBytes(random);
        for (String begin : List.of("16", "1603", "160301", "16030100", "1603014000", "150301000202", "80")) {
            byte[] start = HexFormat.of().parseHex(begin);
            byte[] bytes = Arrays.copyOf(start, start.length + random.length);
            System.arraycopy(random, 0, bytes, start.length, random.length);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.port())) {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            }
        }
        assertThat(api().send("GET", LIVE, null).status()).isEqualTo(200);
    }

    /** Bodies in parts, which come while the server stores what it has, and an answer of several megabytes that is read late. */
    @Test
    void passesStreamsOnWhileTheyCome() throws IOException {
        Api api = api();
        String token = api.newToken();
        String entry = Api.object("key", "%s", "value", "x".repeat(20_000)) + "\n";
        try (RawConnection connection = RawConnection.toTls(SERVER, TRUST)) {
            connection.send("POST /api/data/import HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token
                    + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 200; i++) {
                String line = entry.replace("%s", "k" + i);
                connection.send(Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
            }
            Await.until(() -> api.as(token, "GET", "/api/me", null)
                            .body()
                            .at("/data/usage/entries")
                            .intValue()
                    >= 100);
            assertThat(connection
                            .send("0\r\n\r\n")
                            .answer("POST", "/api/data/import")
                            .body())
                    .contains("\"created\":200");
        }
        try (RawConnection connection = RawConnection.toTls(SERVER, TRUST)) {
            assertThat(connection.isTaken(
                            "GET /api/me/export HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\nAuthorization: Bearer "
                                    + token + "\r\n\r\n"))
                    .isTrue();
            assertThat(connection.answer("GET", "/api/me/export").body()).hasSizeGreaterThan(4_000_000);
        }
    }

    @Test
    void showsHowLongTheCertificateIsGood() throws Exception {
        assertThat(Scrape.of(SERVER).text())
                .containsPattern("latchkey_tls_certificate_expiry_timestamp_seconds [0-9.]+E9")
                .contains("latchkey_readiness_check{check=\"certificate\"} 1.0");
    }

    /** New connections all the time, and clients that keep theirs: whoever asks while the certificate changes is answered. */
    @Test
    void losesNoRequestWhileItsCertificateIsRenewedInEachWay() throws Exception {
        Issued firstEc = AUTHORITY.issue("EC", 80, "localhost", "127.0.0.1");
        Issued secondEc = AUTHORITY.issue("EC", 81, "localhost", "127.0.0.1");
        Issued rsa = AUTHORITY.issue("RSA", 82, "localhost", "127.0.0.1");
        Issued edwards = AUTHORITY.issue("Ed25519", 83, "localhost", "127.0.0.1");
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<CompletableFuture<Void>> strangers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            strangers.add(CompletableFuture.runAsync(() -> {
                while (!isOver.get()) {
                    served();
                    answered.incrementAndGet();
                }
            }));
        }
        List<ModelClient> clients = ModelClient.several(2, "tls", 17);
        try (Load load = Load.on(api(), clients)) {
            load.awaitAcknowledged(clients, 5);
            FILES.rename(firstEc.chain(), firstEc.traditional());
            Await.until(() -> served().equals(firstEc.certificate()));
            FILES.link(secondEc.chain(), secondEc.pkcs8(), 1);
            Await.until(() -> served().equals(secondEc.certificate()));
            FILES.write(rsa.chain(), rsa.traditional());
            Await.until(() -> served().equals(rsa.certificate()));
            FILES.linkFolder(edwards.chain(), edwards.pkcs8(), 1);
            Await.until(() -> served().equals(edwards.certificate()));
            FILES.linkFolder(FIRST.chain(), FIRST.pkcs8(), 2);
            Await.until(() -> served().equals(FIRST.certificate()));
            load.awaitAcknowledged(clients, 5);
            load.stop();
        } finally {
            isOver.set(true);
        }
        for (CompletableFuture<Void> stranger : strangers) {
            stranger.get();
        }
        assertThat(answered.get()).isGreaterThan(20);
    }

    /** The certificate of a new connection that got an answer. */
    private static Certificate served() {
        try (RawConnection connection = RawConnection.toTls(SERVER, AUTHORITY.trusting())) {
            Certificate certificate = connection.session().getPeerCertificates()[0];
            assertThat(connection
                            .send("GET " + LIVE + " HTTP/1.1\r\nHost: a\r\n\r\n")
                            .answer("GET", LIVE)
                            .status())
                    .isEqualTo(200);
            return certificate;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
