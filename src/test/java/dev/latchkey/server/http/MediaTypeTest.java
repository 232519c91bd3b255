package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.List;
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
                "application/json; unknown=parameter",
                "application/json; charset=utf8",
                "application/json; charset=UTF8",
                "application/json; charset=\"utf8\"",
                "application/json; charset=\"UTF-8\"; unknown=parameter",
                "application/json; CharSet=Utf-8",
                "application/json; charset=unicode-1-1-utf-8",
                "application/json; charset=us-ascii",
                "application/json; charset=ASCII",
                "application/json; charset=ANSI_X3.4-1968",
                "application/json; charset=\"US-ASCII\""
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
                "application/json; charset=iso-8859-1",
                "application/json; charset=windows-1252",
                "application/json; charset=utf-7",
                "application/json; charset=utf-16le",
                "application/json; charset=utf-32",
                "application/json; charset=klingon",
                "application/json; charset=\"\"",
                "application/json; charset=\"utf 8\""
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",,,",
                "application/json;q=x",
                "application/json;q",
                "text/html, application/json;q=2",
                "/",
                "application/jwk-set+json;q=x",
                "text/html;q=-1",
                ";"
            })
    void refusesAMalformedAccept(String accept) throws IOException {
        String headers = "Authorization: Bearer " + SERVER.api().newToken() + "\r\nAccept: " + accept + "\r\n\r\n";
        for (String path :
                List.of("/.well-known/jwks.json", "/api/me", "/api/sessions", "/", "/docs", "/openapi.json")) {
            assertThat(RawConnection.exchange(SERVER, "GET", path, headers).body())
                    .as(path)
                    .contains("INVALID_REQUEST");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=utf-16",
                "application/json; charset=iso-8859-1",
                "application/json;charset=UTF-8",
                "application/json;profile=\"x\"",
                "application/json;indent=2;q=0.5",
                "text/html, application/json;v=1",
                "application/*;charset=utf-16",
                "*/*;charset=utf-32",
                "*/*"
            })
    void answersPlainJsonWhateverParametersAreAccepted(String accept) throws IOException {
        String token = SERVER.api().newToken();
        String headers = "Authorization: Bearer " + token + "\r\nAccept: " + accept + "\r\n\r\n";
        for (String path :
                List.of("/.well-known/jwks.json", "/api/me", "/api/me/export", "/api/sessions", "/nothing")) {
            assertThat(RawConnection.exchange(SERVER, "GET", path, headers)
                            .headers()
                            .get("content-type"))
                    .as(path)
                    .isEqualTo(List.of("application/json"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/jwk-set+json | 200",
                "APPLICATION/JWK-SET+JSON | 200",
                "application/jwk-set+json;q=0.1, text/html | 200",
                "application/jwk-set+json, application/json | 200",
                "application/jwk-set+json; charset=utf-16 | 200",
                "application/json | 200",
                "application/jwk-set+json;q=0 | 406",
                "application/jwk-set+json;q=0, text/html | 406",
                "application/jwk+json | 406",
                "application/jwk-set | 406"
            })
    void givesTheKeySetUnderItsOwnTypeAsWell(String accept, int status) throws IOException {
        Exchange answer =
                RawConnection.exchange(SERVER, "GET", "/.well-known/jwks.json", "Accept: " + accept + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "compress", "identity, gzip", "x", ""})
    void aCodingIsNothingToAnOperationWithoutABody(String coding) throws IOException {
        String headers =
                "Authorization: Bearer " + SERVER.api().newToken() + "\r\nContent-Encoding: " + coding + "\r\n";
        for (String rest : List.of(
                "\r\n", "Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")) {
            assertThat(status("GET", "/api/me", headers + rest)).isEqualTo(200);
            assertThat(status("GET", "/.well-known/jwks.json", headers + rest)).isEqualTo(200);
            assertThat(status("DELETE", "/api/data/absent", headers + rest)).isEqualTo(404);
            assertThat(status("OPTIONS", "/api/data", headers + rest)).isEqualTo(204);
            assertThat(status("POST", "/nothing", headers + rest)).isEqualTo(404);
            assertThat(status("PATCH", "/api/data", headers + rest)).isEqualTo(405);
            assertThat(status("GET", "/docs", headers + rest)).isEqualTo(200);
        }
    }

    private static int status(String method, String path, String rest) throws IOException {
        return RawConnection.exchange(SERVER, method, path, rest).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n", "\t", "   \n  ", "\u00ef\u00bb\u00bf"})
    void aBlankBodyHasToBeOfTheRightTypeToo(String blank) throws IOException {
        String token = "Authorization: Bearer " + SERVER.api().newToken() + "\r\n";
        for (String type :
                List.of("text/plain", "*/*", "application/*", "application/json; charset=utf-16", "application/xml")) {
            String rest =
                    token + "Content-Type: " + type + "\r\nContent-Length: " + blank.length() + "\r\n\r\n" + blank;
            assertThat(status("POST", "/api/token", rest)).as(type).isEqualTo(415);
            assertThat(status("POST", "/api/register", rest)).as(type).isEqualTo(415);
            assertThat(status("POST", "/api/data", rest)).as(type).isEqualTo(415);
            assertThat(status("PUT", "/api/data/k", rest)).as(type).isEqualTo(415);
            assertThat(status("PATCH", "/api/me", rest)).as(type).isEqualTo(415);
        }
        String json =
                token + "Content-Type: application/json\r\nContent-Length: " + blank.length() + "\r\n\r\n" + blank;
        for (String call : List.of(
                "POST /api/token", "POST /api/register", "POST /api/data", "PUT /api/data/k", "PATCH /api/me")) {
            String[] parts = call.split(" ");
            assertThat(status(parts[0], parts[1], json)).as(call).isEqualTo(400);
            assertThat(status(parts[0], parts[1], token + "\r\n")).as(call).isEqualTo(400);
        }
    }
}
