package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Proxy;
import dev.latchkey.testing.Scrape;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Latchkey behind the proxies of {@code proxies.md}, which run with what the page says. */
final class ProxiesIT {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestAuthority.Issued CERTIFICATE = AUTHORITY.issue("EC", 30, "localhost");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().sslContext(AUTHORITY.trusting()).build();

    /** The contract promises a position by then. */
    private static final int LONGEST_SILENCE_SECONDS = 20;

    /** The proxies are at 127.0.0.1, and so is the test; but whoever is named in its header is not. */
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE, "http.trustedProxies", "127.0.0.1");

    @TempDir
    private Path folder;

    private static HttpRequest.Builder request(Proxy proxy, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + proxy.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** HAProxy passes requests on once its first probe was answered. */
    private Proxy start(Proxy.Kind kind) throws Exception {
        Proxy proxy = Proxy.start(kind, folder, CERTIFICATE, SERVER.port());
        Await.until(() -> send(request(proxy, "/health/ready")).statusCode() == 200);
        return proxy;
    }

    @ParameterizedTest
    @EnumSource
    void passesEachKeyOnAsItIs(Proxy.Kind kind) throws Exception {
        String token = SERVER.api().newToken();
        try (Proxy proxy = start(kind)) {
            for (String key :
                    List.of("a/b", "/", "a/../b", "...", "a%2Fb", "%", "a?b#c&d", "a b+c", "ä€🦊", "//", "a;b")) {
                String path = "/api/data/"
                        + URLEncoder.encode(key, StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace(".", "%2E");
                HttpResponse<String> written = send(request(proxy, path + "?upsert=true")
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"value\":\"x\"}")));
                assertThat(written.statusCode()).as(key + ": " + written.body()).isEqualTo(201);
                HttpResponse<String> read = send(request(proxy, path).header("Authorization", "Bearer " + token));
                assertThat(new ObjectMapper()
                                .readTree(read.body())
                                .at("/data/key")
                                .textValue())
                        .isEqualTo(key);
                assertThat(read.headers().firstValue("ETag")).isPresent();
            }
        }
    }

    /** An import without a length whose end comes only when its beginning is stored, and an export beyond every buffer. */
    @ParameterizedTest
    @EnumSource
    void passesStreamsOnWhileTheyCome(Proxy.Kind kind) throws Exception {
        Api api = SERVER.api();
        String token = api.newToken();
        LinkedBlockingQueue<String> parts = new LinkedBlockingQueue<>();
        try (Proxy proxy = start(kind)) {
            CompletableFuture<HttpResponse<String>> imported = HTTP.sendAsync(
                    request(proxy, "/api/data/import")
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/x-ndjson")
                            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new Parts(parts)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            for (int i = 0; i < 300; i++) {
                parts.add(Api.object("key", "k" + i, "value", "x".repeat(20_000)) + "\n");
            }
            Await.until(() -> entries(api, token) >= 200);
            parts.add("");
            assertThat(imported.get().body()).contains("\"created\":300");

            HttpResponse<String> exported = send(request(proxy, "/api/me/export")
                    .header("Accept", "application/x-ndjson")
                    .header("Authorization", "Bearer " + token));
            assertThat(exported.body()).hasSizeGreaterThan(6_000_000);
        }
    }

    /** The client has each event while the stream is open, the server learns when it leaves, and it learns when the server stops. */
    @ParameterizedTest
    @EnumSource
    @Timeout(120)
    void passesChangesOnAsTheyHappen(Proxy.Kind kind) throws Exception {
        ServerExtension server = new ServerExtension(Engine.SQLITE);
        server.beforeAll(null);
        boolean isStopped = false;
        String token = server.api().newToken();
        try (Proxy proxy = Proxy.start(kind, folder, CERTIFICATE, server.port())) {
            Await.until(() -> send(request(proxy, "/health/ready")).statusCode() == 200);
            try (Stream<String> first = changes(proxy, token)) {
                Iterator<String> lines = first.iterator();
                find(lines, "event: position");
                server.api().create(token, "key", "value");
                find(lines, "event: change");
                assertThat(lines.next()).contains("\"key\":\"key\"");
            }
            // A connection that the proxy has closed is noticed by writing to it.
            Await.until(() -> {
                server.api().as(token, "PUT", "/api/data/key", "{\"value\":\"x\"}");
                return streams(server) == 0;
            });
            try (Stream<String> second = changes(proxy, token)) {
                Iterator<String> lines = second.iterator();
                find(lines, "event: position");
                server.stop();
                isStopped = true;
                find(lines, "event: end");
                assertThat(lines.next()).contains("\"reason\":\"SERVER_STOPPING\"");
                // An end that is proper: else it throws.
                lines.forEachRemaining(line -> assertThat(line).isEmpty());
            }
        } finally {
            if (!isStopped) {
                server.stop();
            }
        }
    }

    /** Caddy has no such time. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CADDY")
    @Timeout(120)
    void cutsAStreamThatIsSilentForItsTime(Proxy.Kind kind) throws Exception {
        String token = SERVER.api().newToken();
        try (Proxy proxy = Proxy.start(
                kind,
                folder,
                CERTIFICATE,
                SERVER.port(),
                block -> block.replaceAll("(proxy_read_timeout|timeout server) \\d+s", "$1 1s"))) {
            Await.until(() -> send(request(proxy, "/health/ready")).statusCode() == 200);
            List<String> events = new ArrayList<>();
            try (Stream<String> lines = changes(proxy, token)) {
                lines.filter(line -> line.startsWith("event: ")).limit(2).forEach(events::add);
            } catch (UncheckedIOException expected) {
                // It is not the server that ends it.
            }
            assertThat(events).as("until the next position").containsExactly("event: position");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CADDY")
    void hasTimesLongerThanTheSilenceOfAStream(Proxy.Kind kind) {
        List<Integer> seconds = Pattern.compile("(?:proxy_\\w+_timeout|timeout client|timeout server) (\\d+)s")
                .matcher(Proxy.configuration(kind))
                .results()
                .map(time -> Integer.valueOf(time.group(1)))
                .toList();
        assertThat(seconds).hasSize(2).allSatisfy(time -> assertThat(time).isGreaterThan(2 * LONGEST_SILENCE_SECONDS));
    }

    private static void find(Iterator<String> lines, String line) {
        while (!lines.next().equals(line)) {
            assertThat(lines.hasNext()).as("before " + line).isTrue();
        }
    }

    private static Stream<String> changes(Proxy proxy, String token) throws Exception {
        HttpResponse<Stream<String>> response = HTTP.send(
                request(proxy, "/api/changes")
                        // With HTTP/2, nginx passes events on even where it holds responses back.
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static double streams(ServerExtension server) {
        return Scrape.of(server).value("latchkey_changes_followers{kind=\"stream\"}");
    }

    private static int entries(Api api, String token) {
        return api.as(token, "GET", "/api/me", null)
                .body()
                .at("/data/usage/entries")
                .intValue();
    }

    /** Gives one part after another, and ends with an empty one. */
    private static final class Parts extends InputStream {
        private final LinkedBlockingQueue<String> parts;
        private byte[] part = new byte[0];
        private int next;

        Parts(LinkedBlockingQueue<String> parts) {
            this.parts = parts;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            try {
                if (next == part.length) {
                    part = parts.take().getBytes(StandardCharsets.UTF_8);
                    next = 0;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
            int count = Math.min(length, part.length - next);
            System.arraycopy(part, next, to, offset, count);
            next += count;
            return count == 0 ? -1 : count;
        }
    }

    /** The client is 127.0.0.2, whatever it says itself. */
    @ParameterizedTest
    @EnumSource
    void tellsWhoTheClientIs(Proxy.Kind kind) throws Exception {
        Logger requests = (Logger) LoggerFactory.getLogger("requests");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        try (Proxy proxy = start(kind)) {
            requests.setLevel(Level.INFO);
            requests.addAppender(log);
            try (SSLSocket socket = (SSLSocket) AUTHORITY
                    .trusting()
                    .getSocketFactory()
                    .createSocket("localhost", proxy.port(), InetAddress.getByName("127.0.0.2"), 0)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("localhost")));
                socket.setSSLParameters(parameters);
                socket.setSoTimeout(20_000);
                String request =
                        "GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 198.51.100.9\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            Await.until(() -> log.list.stream()
                    .anyMatch(line -> line.getFormattedMessage().contains("jwks.json")));
            assertThat(log.list)
                    .anyMatch(line -> line.getFormattedMessage().contains(" 127.0.0.2 \"GET /.well-known/jwks.json"));
        } finally {
            requests.setLevel(Level.WARN);
            requests.detachAppender(log);
        }
    }

    /** A server that takes requests and ends each connection without an answer. */
    private static final class Silent implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> taken = new CopyOnWriteArrayList<>();
        private final Thread thread = new Thread(this::run, "silent server");

        Silent() throws IOException {
            thread.start();
        }

        private void run() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    byte[] head = new byte[4000];
                    int length = connection.getInputStream().read(head);
                    String request = new String(head, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
                    if (request.contains("/health/")) {
                        connection
                                .getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                    } else if (!request.isEmpty()) {
                        taken.add(request.lines().findFirst().orElse(""));
                    }
                } catch (IOException e) {
                    if (!socket.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }

        @Override
        public void close() throws IOException, InterruptedException {
            socket.close();
            thread.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsNoWriteTwice(Proxy.Kind kind) throws Exception {
        try (Silent silent = new Silent();
                Proxy proxy = Proxy.start(kind, folder, CERTIFICATE, silent.socket.getLocalPort())) {
            Await.until(() -> send(request(proxy, "/health/ready")).statusCode() == 200);
            for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
                HttpRequest.Builder write = request(proxy, "/api/data/" + method)
                        .method(method, HttpRequest.BodyPublishers.ofString("{\"value\":\"x\"}"));
                try {
                    assertThat(send(write).statusCode()).isIn(502, 503, 504);
                } catch (IOException noAnswer) {
                    // HAProxy ends the connection. With HTTP/2 it would say that nothing was done.
                    assertThat(noAnswer).hasMessageNotContaining("not processed");
                }
            }
            assertThat(silent.taken)
                    .extracting(line -> line.split(" ")[0])
                    .containsExactlyElementsOf(List.of("POST", "PUT", "PATCH", "DELETE"));
        }
    }
}
