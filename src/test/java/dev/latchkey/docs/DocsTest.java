package dev.latchkey.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contract;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.ServerExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference page and the contract, as they come over HTTP; what the page does in a browser is DocsIT's. */
final class DocsTest {
    private static final Path CONTRACT = Path.of("api/openapi.yaml");
    private static final String ORIGIN = "https://app.example.com";
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);

    @RegisterExtension
    static final ServerExtension WITHOUT = new ServerExtension(Engine.SQLITE, "docs.enabled", "false");

    @RegisterExtension
    static final ServerExtension FOR_ANOTHER_ORIGIN = new ServerExtension(Engine.SQLITE, "cors.origins", ORIGIN);

    @RegisterExtension
    static final ServerExtension SMALL = new ServerExtension(Engine.SQLITE, "server.maxThreads", "24");

    private final Api api = SERVER.api();

    @ParameterizedTest
    @CsvSource({
        "/docs, text/html;charset=utf-8",
        "/docs/page.js, text/javascript;charset=utf-8",
        "/docs/swagger-ui-bundle.js, text/javascript;charset=utf-8",
        "/docs/page.css, text/css;charset=utf-8",
        "/docs/icon.svg, image/svg+xml"
    })
    void nothingOfThePageCanLoadOrRunWhatIsNotOfThisServer(String path, String mediaType) {
        Api.Answer answer = api.send("GET", path, null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo(mediaType);
        assertThat(answer.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                        + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    @Test
    void browsersKeepWhatThePageNamesByItsVersionAndAskForAllElse() {
        Api.Answer page = api.send("GET", "/docs", null);
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        List<String> parts = Pattern.compile("(?:href|src)=\"(docs/[^\"]*)\"")
                .matcher(page.exchange().body())
                .results()
                .map(link -> link.group(1))
                .distinct()
                .toList();

        assertThat(parts).hasSize(5).allMatch(part -> part.matches("docs/[a-z.-]+\\?v=[0-9a-f]{16}"));
        for (String part : parts) {
            assertThat(api.send("GET", "/" + part, null).header("Cache-Control"))
                    .isEqualTo("public, max-age=31536000, immutable");
            assertThat(api.send("GET", "/" + part + "0", null).header("Cache-Control"))
                    .isEqualTo("no-cache");
            // It is no operation, whose parameters the contract bounds.
            assertThat(api.send("GET", "/" + part + "&v=0", null).status()).isEqualTo(200);
        }
    }

    @Test
    void thePageNamesNoOtherHost() {
        for (String path : List.of("/docs", "/docs/page.js", "/docs/page.css")) {
            assertThat(api.send("GET", path, null).exchange().body()).doesNotContain("://");
        }
    }

    @Test
    void theContractIsGivenByteByByte() throws IOException {
        Api.Answer answer = api.send("GET", "/openapi.yaml", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.exchange().body()).isEqualTo(Files.readString(CONTRACT));
    }

    @Test
    void theContractIsTheSameInJson() throws IOException {
        Api.Answer answer = api.send("GET", "/openapi.json", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body()).isEqualTo(new ObjectMapper(new YAMLFactory()).readTree(Files.readString(CONTRACT)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/page.js", "/openapi.yaml", "/openapi.json"})
    void whoHasItAlreadyDoesNotGetItAgain(String path) {
        Api.Answer document = api.send("GET", path, null);
        String tag = document.header("ETag");

        assertThat(tag).matches("\"[0-9a-f]{16}\"");
        for (String known : List.of(tag, "W/" + tag, "\"other\" , " + tag, "*")) {
            Api.Answer answer = api.send("GET", path, null, "If-None-Match", known);
            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.header("ETag")).isEqualTo(tag);
            assertThat(answer.header("Content-Length")).isIn(null, document.header("Content-Length"));
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(answer.exchange().body()).isEmpty();
        }
        for (String unknown : List.of("\"other\"", tag.substring(0, 8) + '"', tag.replace("\"", ""))) {
            assertThat(api.send("GET", path, null, "If-None-Match", unknown).status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "br, GZIP;q=0.5, *;q=0 | true",
                "deflate,gzip;q=1.0 | true",
                "gzip;q=0 | false",
                "gzip;q=0.000, identity | false",
                "xgzip | false",
                "identity | false"
            })
    void whoTakesGzipGetsIt(String accepted, boolean zipped) throws Exception {
        HttpResponse<byte[]> plain = fetch("GET", "/docs/swagger-ui-bundle.js");
        HttpResponse<byte[]> answer = fetch("GET", "/docs/swagger-ui-bundle.js", "Accept-Encoding", accepted);

        assertThat(answer.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(zipped);
        assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length);
        if (zipped) {
            assertThat(answer.headers().firstValue("ETag"))
                    .isNotEqualTo(plain.headers().firstValue("ETag"));
            assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                    .isEqualTo(plain.body());
        } else {
            assertThat(answer.body()).isEqualTo(plain.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/", "/docs/page.css", "/openapi.yaml", "/openapi.json"})
    void headAnswersAsGetWithoutABody(String path) throws Exception {
        HttpResponse<byte[]> head = fetch("HEAD", path);

        assertThat(head.body()).isEmpty();
        assertThat(lasting(head)).isEqualTo(lasting(fetch("GET", path)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/docs", "/docs/", "/docs/page.css", "/docs/nothing", "/openapi.yaml", "/openapi.json"})
    void otherMethodsAreRefused(String path) {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            Api.Answer answer = api.send(method, path, null);
            assertThat(answer.outcome()).isEqualTo("405 METHOD_NOT_ALLOWED");
            assertThat(answer.header("Allow").split(", ")).containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
        }
        assertThat(api.send("OPTIONS", path, null).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | 302",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8 | 302",
                "application/json, text/html;q=0.1 | 302",
                "text/html;q=0 | 404",
                "text/html;q=0.00, application/json | 404",
                "*/* | 404",
                "text/* | 404",
                "application/json | 404"
            })
    void theRootLeadsBrowsersToThePage(String accepted, int status) {
        Api.Answer answer = api.send("GET", "/", null, "Accept", accepted);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Location")).isEqualTo(status == 302 ? "docs" : null);
        assertThat(answer.header("Vary")).isEqualTo("Accept");
    }

    /** Behind a proxy the same server may have a path of its own, and https. */
    @Test
    void redirectsHoldUnderAnyAddress() {
        Api.Answer answer = api.send("GET", "/docs/", null);
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo("../docs");
    }

    @Test
    void thePagesOfConfiguredOriginsMayReadTheContract() {
        Api.Answer answer = FOR_ANOTHER_ORIGIN.api().send("GET", "/openapi.json", null, "Origin", ORIGIN);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(answer.exchange().headers().get("vary")).containsExactlyInAnyOrder("Origin", "Accept-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/docs", "/docs/", "/docs/page.js", "/openapi.yaml", "/openapi.json"})
    void canBeTurnedOff(String path) {
        assertThat(WITHOUT.api().send("GET", path, null, "Accept", "text/html").outcome())
                .isEqualTo("404 NOT_FOUND");
        assertThat(api.send("GET", path, null, "Accept", "text/html").status()).isLessThan(400);
    }

    @Test
    void whoDoesNotReadThePageTakesLittleMemory() throws IOException {
        String requests = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n".repeat(10);
        List<Socket> unread = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), SMALL.port());
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            unread.add(socket);
        }

        // As long as some still get on, others may be answered in between.
        assertThat(await(503).outcome()).isEqualTo("503 UNAVAILABLE");
        assertThat(SMALL.api().send("GET", "/.well-known/jwks.json", null).status())
                .isEqualTo(200);

        for (Socket socket : unread) {
            socket.close();
        }
        await(200);
    }

    private static Api.Answer await(int status) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Api.Answer answer = SMALL.api().send("GET", "/docs/page.js", null);
        while (answer.status() != status) {
            assertThat(System.nanoTime()).as("still not " + status).isLessThan(deadline);
            answer = SMALL.api().send("GET", "/docs/page.js", null);
        }
        return answer;
    }

    private static HttpResponse<byte[]> fetch(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + SERVER.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Contract.check(new Exchange(
                method, path, response.statusCode(), response.headers().map(), ""));
        return response;
    }

    private static Map<String, List<String>> lasting(HttpResponse<byte[]> response) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.keySet().removeAll(List.of("date", "x-request-id"));
        return headers;
    }
}
