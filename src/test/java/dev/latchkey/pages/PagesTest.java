package dev.latchkey.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages to which the links in mails lead, as they come over HTTP; what they do in a browser is PagesIT's. */
final class PagesTest {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "mail.mode",
            "log",
            "mail.appName",
            "\"<Notes> & Co\"",
            "mail.appUrl",
            "https://a.example/?b&c");

    private final Api api = SERVER.api();

    @ParameterizedTest
    @CsvSource({
        "/verify, text/html;charset=utf-8",
        "/reset, text/html;charset=utf-8",
        "/pages/page.js, text/javascript;charset=utf-8",
        "/pages/texts.js, text/javascript;charset=utf-8",
        "/pages/page.css, text/css;charset=utf-8",
        "/pages/icon.svg, image/svg+xml"
    })
    void nothingOfThePagesCanLoadOrRunWhatIsNotOfThisServer(String path, String mediaType) {
        for (String method : List.of("GET", "HEAD")) {
            Api.Answer answer = api.send(method, path, null);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo(mediaType);
            assertThat(answer.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(answer.header("Set-Cookie")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/verify", "/reset"})
    void namesTheApplicationAsTextAndWhatItLoadsByVersion(String path) {
        String page = api.send("GET", path, null).exchange().body();

        assertThat(page)
                .contains("<title>&quot;&lt;Notes&gt; &amp; Co&quot;</title>")
                .contains("<meta name=\"app-url\" content=\"https://a.example/?b&amp;c\">")
                .doesNotContain("<Notes>", "${");
        List<String> parts = Pattern.compile("(?:href|src)=\"([^\"]*)\"")
                .matcher(page)
                .results()
                .map(link -> link.group(1))
                .toList();
        assertThat(parts).hasSize(4).allMatch(part -> part.matches("pages/[a-z.]+\\?v=[0-9a-f]{16}"));
        for (String part : parts) {
            assertThat(api.send("GET", "/" + part, null).header("Cache-Control"))
                    .isEqualTo("public, max-age=31536000, immutable");
        }
    }

    /** Mail scanners add to links what they like. */
    @Test
    void comesWhateverAScannerAsks() {
        for (String path : List.of("/verify?utm_source=mail", "/reset?token=x&token=y", "/reset?%00")) {
            assertThat(api.send("GET", path, null).status()).as(path).isEqualTo(200);
        }
        String tag = api.send("GET", "/reset", null).header("ETag");
        assertThat(api.send("GET", "/reset", null, "If-None-Match", tag).status())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource({"POST, /verify", "PUT, /reset", "DELETE, /pages/page.js"})
    void otherMethodsAreRefused(String method, String path) {
        assertThat(api.send(method, path, null).outcome()).isEqualTo("405 METHOD_NOT_ALLOWED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/verify", "/reset", "/pages/page.js"})
    void thereIsNothingWhereThereAreNoMails(String path) {
        assertThat(ServerExtension.shared(Engine.SQLITE)
                        .api()
                        .send("GET", path, null)
                        .outcome())
                .isEqualTo("404 NOT_FOUND");
        assertThat(api.send("GET", path + "/nothing", null).outcome()).isEqualTo("404 NOT_FOUND");
        assertThat(api.send("GET", "/pages/nothing.js", null).outcome()).isEqualTo("404 NOT_FOUND");
    }
}
