package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A path names one key or none; no two spellings of the server's choosing mean the same. */
final class PathIT {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final String TOKEN = SERVER.api().newToken();
    private final Api api = SERVER.api();

    private static Exchange get(String path) throws IOException {
        return RawConnection.exchange(SERVER, "GET", path, "Authorization: Bearer " + TOKEN + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api",
                "/api/",
                "/nothing",
                "/api/data/k/",
                "/api/data/k/l",
                "/api/data/../data/k",
                "/api/data/%2e%2e/data/k",
                "/api;x/data/k",
                "/API/data/k",
                "/api%2Fdata/k",
                "/application.wadl",
                "/healthcheck",
                "/metrics",
                "/WEB-INF/web.xml",
                "/docs/index.html",
                "/docs/openapi.yaml",
                "/docs/page.js/",
                "/docs/../config.yml",
                "/docs/%2e%2e/config.yml",
                "/docs/..%2f..%2fconfig.yml",
                "/docs/..%2fdocs%2fpage.js",
                "/docs/page.js;x",
                "/docs;x/page.js"
            })
    void findsNothing(String path) throws IOException {
        Exchange answer = get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("\"NOT_FOUND\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/data/k",
                "/api//data/k",
                "/api/data//k",
                "/docs//page.js",
                "/../../etc/passwd",
                "/%2e%2e",
                "/api/data/..;/k",
                "/api/data/%ff",
                "/api/data/%zz",
                "/api/data/%",
                "/api/data/%2",
                "/api/data/%c0%af",
                "/api/data/%ed%a0%80",
                "/api/data/%u0041",
                "/api/data/a|b",
                "/api/data/a\\b",
                "/api/data/a\"b",
                "/api/data/a<b>",
                "/api/data/\u00c3\u00a9",
                "/api/data/\u00ff"
            })
    void isRefusedAsMalformed(String path) throws IOException {
        Exchange answer = get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"INVALID_REQUEST\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "%2e", "%2E%2e", "%0a", "%0D%0A", "%7f", "%C2%80"})
    void isNoKey(String segment) throws IOException {
        Exchange answer = get("/api/data/" + segment);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"INVALID_KEY\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "a%00", "%00a", "a%00b", "%00%00", "a%01%00", "a%00?x=%00", "a%2F%00", "%C3%A9%00"})
    void isNoKeyWithNulEither(String segment) throws IOException {
        for (String method : new String[] {"GET", "DELETE", "HEAD"}) {
            try (RawConnection connection = RawConnection.to(SERVER)) {
                String path = "/api/data/" + segment;
                for (int i = 0; i < 2; i++) {
                    Exchange answer = connection
                            .send(method + " " + path
                                    + " HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\nAuthorization: Bearer " + TOKEN
                                    + "\r\n\r\n")
                            .answer(method, path);
                    assertThat(answer.status()).isEqualTo(400);
                    assertThat(answer.header("X-Request-Id")).contains("mine");
                    assertThat(answer.body()).contains(method.equals("HEAD") ? "" : "\"INVALID_KEY\"");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/nothing/%00, 404", "/%00, 404", "/docs/%00, 404", "/api/sessions/%00, 405", "/api/data/%00/x, 404"})
    void findsNothingUnderNul(String path, int status) throws IOException {
        assertThat(get(path).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a;b, a;b",
                "a;b=c;d, a;b=c;d",
                "a%3Bb2, a;b2",
                "a+b, a+b",
                "a%2Bb2, a+b2",
                "a:b@c!$&'()*=, a:b@c!$&'()*=",
                "a%7Cb, a|b",
                "%252F, %2F",
                "x?a=%zz&b;c, x"
            })
    void isTheKeyAsRfc3986ReadsIt(String segment, String key) throws IOException {
        api.create(TOKEN, key, "the value of " + key);
        Exchange answer = get("/api/data/" + segment);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("the value of " + key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "a/b",
                "a/",
                "/a",
                "//",
                "../a",
                "%",
                "%2F",
                "%25",
                "?",
                "a?b=c",
                "#",
                "a b",
                " ",
                "+",
                ";",
                "a;b",
                "&=",
                "\"",
                "\\",
                "|",
                "<script>",
                "{}",
                "\uD83D\uDD11",
                "\u05DE\u05E4\u05EA\u05D7",
                "e\u0301",
                "\u00E9",
                "\u202Ea",
                "..."
            })
    void bringsAnyKeyBack(String key) {
        String token = api.newToken();
        assertThat(api.create(token, key, "one").status()).isEqualTo(201);
        assertThat(api.read(token, key).body().at("/data/key").textValue()).isEqualTo(key);
        assertThat(api.update(token, key, "two").status()).isEqualTo(200);
        assertThat(api.read(token, key).body().at("/data/value").textValue()).isEqualTo("two");
        assertThat(api.delete(token, key).status()).isEqualTo(200);
        assertThat(api.read(token, key).code()).isEqualTo("KEY_NOT_FOUND");
    }

    @Test
    void doesNotCutAKeyAtASemicolon() {
        String token = api.newToken();
        api.create(token, "a", "one");
        assertThat(api.as(token, "DELETE", "/api/data/a;b", null).code()).isEqualTo("KEY_NOT_FOUND");
        assertThat(api.read(token, "a").status()).isEqualTo(200);
    }
}
