package dev.latchkey.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 23: of a body, only strict JSON in UTF-8 is taken; whatever else it is, every operation says the same. */
final class JsonBodyTest {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final String TOKEN = SERVER.api().newToken();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String GOOD = "{\"key\":\"k\",\"value\":\"v\"}";

    private static Exchange post(byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                ("POST /api/data HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                                + TOKEN + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .getBytes(UTF_8));
        request.writeBytes(body);
        try (RawConnection connection = RawConnection.to(SERVER)) {
            return connection.send(request.toByteArray()).answer("POST", "/api/data");
        }
    }

    static Stream<byte[]> notJson() {
        Stream<String> texts = Stream.of(
                "not json",
                "{",
                "{\"key\":\"k\",\"value\":\"v\"",
                "{\"key\":\"k\",\"value\":\"v",
                GOOD + GOOD,
                GOOD + "x",
                GOOD + "\u0000",
                "[]",
                "[" + GOOD + "]",
                "\"text\"",
                "1",
                "true",
                "null",
                "{\"key\":\"k\",\"value\":\"v\",}",
                "{\"key\":\"k\" \"value\":\"v\"}",
                "{'key':'k','value':'v'}",
                "{key:\"k\",value:\"v\"}",
                "/* c */" + GOOD,
                GOOD + "// c",
                "# c\n" + GOOD,
                "{\"key\":\"k\",\"value\":\"v\",\"x\":NaN}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":Infinity}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":01}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":+1}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":0x1}",
                "{\"key\":\"k\",\"value\":\"a\nb\"}",
                "{\"key\":\"k\",\"value\":\"a\u0000b\"}",
                "{\"key\":\"k\",\"value\":\"\\x\"}",
                "{\"key\":\"k\",\"value\":\"\\u12\"}",
                "{\"key\":\"k\",\"value\":\"one\",\"value\":\"two\"}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":{\"y\":1,\"y\":2}}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                "{\"x\":".repeat(10_000) + "1" + "}".repeat(10_000),
                "[".repeat(1_000_000),
                "{\"key\":\"k\",\"value\":\"v\"," + members(100_000) + "}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":" + "9".repeat(1_001) + "}",
                "{\"key\":\"k\",\"value\":\"v\",\"x\":1e" + "9".repeat(1_001) + "}",
                "{\"key\":\"k\",\"value\":\"v\",\"" + "x".repeat(1 << 20) + "\":1}",
                "\uFEFF\uFEFF" + GOOD,
                " \uFEFF" + GOOD,
                GOOD + "\uFEFF",
                "{\uFEFF\"key\":\"k\",\"value\":\"v\"}",
                "\uFFFE" + GOOD,
                "\uFEFF[]",
                "\uFEFFnull");
        Stream<byte[]> bytes = Stream.of(
                GOOD.getBytes(UTF_16),
                GOOD.getBytes(UTF_16LE),
                withValue(0xff),
                withValue(0xc3),
                withValue(0xc0, 0xaf),
                withValue(0xc0, 0x80),
                withValue(0xed, 0xa0, 0x80),
                withValue(0xf4, 0x90, 0x80, 0x80));
        return Stream.concat(texts.map(text -> text.getBytes(UTF_8)), bytes);
    }

    private static byte[] withValue(int... bytes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"key\":\"k\",\"value\":\"".getBytes(UTF_8));
        IntStream.of(bytes).forEach(body::write);
        body.writeBytes("\"}".getBytes(UTF_8));
        return body.toByteArray();
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"m" + i + "\":1").collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void refusesWhatIsNotStrictJson(byte[] body) throws IOException {
        Exchange answer = post(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"INVALID_REQUEST\"");
    }

    static Stream<String> noText() {
        return Stream.of("\\u0000", "\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83d", "\\ud83dx\\udd11");
    }

    @ParameterizedTest
    @MethodSource("noText")
    void refusesAStringThatIsNoText(String escaped) throws IOException {
        Exchange answer = post(("{\"key\":\"k\",\"value\":\"" + escaped + "\"}").getBytes(UTF_8));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"INVALID_VALUE\"");
    }

    /** Its words say where the reader stops, and there it does. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            value = {
                "nested more than ([0-9,]+) deep : DEPTH",
                "more than ([0-9,]+) brackets, names and values : TOKENS",
                "name of more than ([0-9,]+) characters : NAME",
                "number of more than ([0-9,]+) digits : DIGITS"
            })
    void readsAsFarAsTheContractSays(String words, Bound bound) throws IOException {
        String contract = Files.readString(Path.of("api/openapi.yaml")).replaceAll("\\s+", " ");
        Matcher limit = Pattern.compile(words).matcher(contract);
        assertThat(limit.find()).as(words).isTrue();
        int most = Integer.parseInt(limit.group(1).replace(",", ""));

        assertThat(post(bound.body(most, "last " + bound).getBytes(UTF_8)).status())
                .isEqualTo(201);
        assertThat(post(bound.body(most + 1, "beyond " + bound).getBytes(UTF_8)).body())
                .contains("\"INVALID_REQUEST\"");
    }

    private enum Bound {
        DEPTH,
        TOKENS,
        NAME,
        DIGITS;

        String body(int size, String key) {
            String unknown =
                    switch (this) {
                        case DEPTH -> "\"x\":" + "[".repeat(size - 1) + "]".repeat(size - 1);
                        // There are nine others: four brackets, three names and two values.
                        case TOKENS -> "\"x\":[" + "1,".repeat(size - 10) + "1]";
                        case NAME -> '"' + "x".repeat(size) + "\":1";
                        case DIGITS -> "\"x\":" + "9".repeat(size);
                    };
            return "{\"key\":\"" + key + "\",\"value\":\"v\"," + unknown + "}";
        }
    }

    @Test
    void ignoresWhatItDoesNotKnow() throws IOException {
        String unknown = "\"x\":" + "9".repeat(1_000) + ",\"y\":[[[{}]]],\"z\":null," + members(100);
        assertThat(post(("{\"key\":\"unknown members\",\"value\":\"v\"," + unknown + "}").getBytes(UTF_8))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void ignoresWhatItDoesNotKnowEvenWhereItIsNoText() throws IOException {
        String unknown = members(100).replace(":1", ":\"\\u0000\"");
        assertThat(post(("{\"key\":\"no text\",\"value\":\"v\"," + unknown + "}").getBytes(UTF_8))
                        .status())
                .isEqualTo(201);
        assertThat(post(("{\"key\":\"k\"," + unknown + "}").getBytes(UTF_8)).body())
                .contains("\"INVALID_VALUE\"");
    }

    @Test
    void readsAnEscapedPair() throws IOException {
        assertThat(post("{\"key\":\"pair\",\"value\":\"\\ud83d\\udd11\"}".getBytes(UTF_8))
                        .status())
                .isEqualTo(201);
        Api api = SERVER.api();
        assertThat(api.read(TOKEN, "pair").body().at("/data/value").textValue()).isEqualTo("\uD83D\uDD11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\r\n\t"})
    void ignoresAByteOrderMarkBeforeAll(String space) throws IOException {
        for (String value : List.of("v", "\uFEFF", "\uFEFFv", "")) {
            String key = "marked" + NUMBER.incrementAndGet();
            String body = "\uFEFF" + space + Api.object("key", key, "value", value);
            assertThat(post(body.getBytes(UTF_8)).status()).isEqualTo(201);
            assertThat(SERVER.api().read(TOKEN, key).body().at("/data/value").textValue())
                    .isEqualTo(value);
        }
    }

    @Test
    void ignoresAByteOrderMarkEverywhere() throws IOException {
        String name = Api.newName();
        Api api = SERVER.api();
        assertThat(marked("POST", "/api/register", "", Api.registration(name))).isEqualTo(201);
        ObjectNode credentials = Api.object("username", name, "password", Api.PASSWORD);
        assertThat(marked("POST", "/api/token", "", credentials)).isEqualTo(200);
        Api.Tokens tokens = Api.Tokens.of(
                api.json("POST", "/api/token", credentials.put("refresh", true).toString()));
        String access = tokens.access();
        assertThat(marked("PATCH", "/api/me", access, Api.object("gender", "male")))
                .isEqualTo(200);
        assertThat(marked("POST", "/api/token/refresh", "", Api.object("refresh_token", tokens.refresh())))
                .isEqualTo(200);
        assertThat(api.create(access, "k", "v").status()).isEqualTo(201);
        assertThat(marked("PUT", "/api/data/k", access, Api.object("value", "w")))
                .isEqualTo(200);
    }

    /** Past Prism, which reads no body with such a mark. */
    private static int marked(String method, String path, String token, ObjectNode body) throws IOException {
        byte[] bytes = ("\uFEFF" + body).getBytes(UTF_8);
        String authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        String rest = "Content-Type: application/json\r\n" + authorization + "Content-Length: " + bytes.length
                + "\r\n\r\n" + new String(bytes, ISO_8859_1);
        return RawConnection.exchange(SERVER, method, path, rest).status();
    }
}
