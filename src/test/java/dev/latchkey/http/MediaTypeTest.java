package dev.latchkey.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.Engine;
import dev.latchkey.Exchange;
import dev.latchkey.ServerExtension;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 25: bodies and answers of other types. */
final class MediaTypeTest {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);

    private static Exchange post(String headers) throws IOException {
        return RawConnection.exchange(SERVER, "POST", "/api/token", headers + "\r\nContent-Length: 2\r\n\r\n{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON",
                "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"",
                "application/json;",
                "application/json; unknown=parameter"
            })
    void readsJson(String type) throws IOException {
        assertThat(post("Content-Type: " + type).body()).contains("MISSING_FIELDS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/json",
                "text/plain",
                "application/vnd.latchkey+json",
                "application/merge-patch+json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/*",
                "*/*",
                "application/json; charset=utf-16",
                "application/json; charset=iso-8859-1"
            })
    void readsNothingElse(String type) throws IOException {
        assertThat(post("Content-Type: " + type).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: no type at all", "Content-Type: application/json\r\nContent-Encoding: gzip"})
    void readsNoBodyOfAnotherKind(String headers) throws IOException {
        assertThat(post(headers).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "json",
                "/",
                "application/json; charset",
                "application/json, text/plain",
                "application/json\r\nContent-Type: text/plain",
                "",
            })
    void refusesAMalformedType(String type) throws IOException {
        assertThat(post("Content-Type: " + type).body()).contains("INVALID_REQUEST");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | MISSING_FIELDS",
                "application/* | MISSING_FIELDS",
                "text/html, */*;q=0.1 | MISSING_FIELDS",
                "'' | MISSING_FIELDS",
                "text/html | NOT_ACCEPTABLE",
                "application/vnd.latchkey+json | NOT_ACCEPTABLE",
                "json | NOT_ACCEPTABLE",
                "application/json;q=0 | NOT_ACCEPTABLE",
                "application/json;q=0.000, */* | NOT_ACCEPTABLE",
                "*/*, application/*;q=0 | NOT_ACCEPTABLE",
                "*/*;q=0 | NOT_ACCEPTABLE",
                "application/json;q=0.001, */*;q=0 | MISSING_FIELDS",
                "application/*, */*;q=0 | MISSING_FIELDS",
                "text/html;q=0, */* | MISSING_FIELDS",
                "application/json;q=x | INVALID_REQUEST",
                ",,, | INVALID_REQUEST"
            })
    void answersJsonOrNothing(String accept, String code) throws IOException {
        assertThat(post("Content-Type: application/json\r\nAccept: " + accept).body())
                .contains(code);
    }
}
