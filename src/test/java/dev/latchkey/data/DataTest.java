package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class DataTest {
    private static final int MIB = 1 << 20;
    // One user for each database: hashing a password for every test would take most of the time.
    private static final Map<Engine, String> TOKENS = new EnumMap<>(Engine.class);

    private final Api api;
    private final String token;

    DataTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        token = tokenOf(engine, api);
    }

    /** Of the user of the tests about data, on the shared server. */
    static synchronized String tokenOf(Engine engine, Api api) {
        return TOKENS.computeIfAbsent(engine, first -> api.newToken());
    }

    /** Keys of every kind that clients, proxies and frameworks like to mangle. */
    static List<String> hardKeys() {
        return List.of(
                "a/b",
                "/",
                "a%2Fb",
                "%",
                "100%",
                "a b",
                " ",
                "a+b",
                "a?b=c&d",
                "a#b",
                "a;b=c",
                ";",
                "a\\b",
                "\"quoted\"",
                "'; DROP TABLE entries; --",
                "{key}",
                "a|b^c`d",
                "...",
                ".hidden",
                "..a",
                "a//b",
                "../../etc/passwd",
                "null",
                "true",
                "Ключ",
                "鍵",
                "مفتاح",
                "\u202eright-to-left",
                "é",
                "e\u0301",
                "\ud83d\udd11",
                "\ufffd",
                "\u00a0",
                ".\u2028",
                "..\u2029",
                "\u2028.",
                ".\u2028.",
                ". ",
                ".\ufeff",
                "a\u2028b",
                "\u3000",
                "\u200b",
                "K",
                "k",
                "k ",
                "\ud83d\udd11".repeat(128),
                "k".repeat(512));
    }

    @Test
    void storesReadsUpdatesAndDeletes() {
        assertThat(api.create(token, "greeting", "hello").status()).isEqualTo(201);
        assertThat(value("greeting")).isEqualTo("hello");
        assertThat(api.update(token, "greeting", "goodbye").status()).isEqualTo(200);
        assertThat(value("greeting")).isEqualTo("goodbye");
        assertThat(api.delete(token, "greeting").status()).isEqualTo(200);
        assertThat(api.read(token, "greeting").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.create(token, "greeting", "again").status()).isEqualTo(201);
    }

    @Test
    void leavesAnExistingEntryAlone() {
        api.create(token, "taken", "first");

        assertThat(api.create(token, "taken", "second").outcome()).isEqualTo("409 KEY_EXISTS");
        assertThat(value("taken")).isEqualTo("first");
    }

    @Test
    void saysThatAKeyIsNotThere() {
        assertThat(api.read(token, "none").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.update(token, "none", "x").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.delete(token, "none").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.read(token, "none").outcome()).isEqualTo("404 KEY_NOT_FOUND");
    }

    /** Promise 22. */
    @Test
    void keepsUsersApart() {
        String other = api.newToken();
        api.create(token, "same", "mine");

        assertThat(api.read(other, "same").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.update(other, "same", "x").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.delete(other, "same").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.create(other, "same", "theirs").status()).isEqualTo(201);
        assertThat(api.delete(other, "same").status()).isEqualTo(200);
        assertThat(value("same")).isEqualTo("mine");
    }

    @Test
    void takesHardKeysThroughEveryCallAndNeverMixesThemUp() {
        List<String> keys = hardKeys();
        for (String key : keys) {
            assertThat(api.create(token, key, "value of " + key).status())
                    .as(key)
                    .isEqualTo(201);
        }
        for (String key : keys) {
            Api.Answer answer = api.read(token, key);
            assertThat(answer.body().at("/data/key").textValue()).isEqualTo(key);
            assertThat(answer.body().at("/data/value").textValue()).isEqualTo("value of " + key);
        }
        for (String key : keys) {
            assertThat(api.update(token, key, "new " + key).status()).as(key).isEqualTo(200);
            assertThat(value(key)).isEqualTo("new " + key);
        }
        for (String key : keys) {
            assertThat(api.delete(token, key).status()).as(key).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "\n", "a\tb", "\u0000", "a\u0000", "\u007f", "\u0085", "\u001b[31m"})
    void refusesKeysThatCannotBe(String key) {
        assertThat(api.create(token, key, "x").outcome()).isEqualTo("400 INVALID_KEY");
    }

    @ParameterizedTest
    @CsvSource({
        "., 'must not be empty, ''.'' or ''..'', and must not hold control characters'",
        ".., 'must not be empty, ''.'' or ''..'', and must not hold control characters'",
        "'a\tb', 'must not be empty, ''.'' or ''..'', and must not hold control characters'",
        "'a\u0085b', 'must not be empty, ''.'' or ''..'', and must not hold control characters'"
    })
    void saysWhatAKeyMayBe(String key, String message) {
        assertThat(api.create(token, key, "x").body().path("errors"))
                .containsExactly(Api.object("field", "key", "message", message));
        assertThat(api.read(token, key).body().path("errors"))
                .containsExactly(Api.object("field", "key", "message", message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2E", "%2e%2E", "%0A", "a%09b", "%7F", "%C2%85"})
    void refusesThemInThePathToo(String segment) {
        for (String method : List.of("GET", "DELETE")) {
            assertThat(api.as(token, method, "/api/data/" + segment, null).outcome())
                    .isEqualTo("400 INVALID_KEY");
        }
        assertThat(api.as(token, "PUT", "/api/data/" + segment, "{\"value\":\"x\"}")
                        .outcome())
                .isEqualTo("400 INVALID_KEY");
    }

    @Test
    void refusesTheEmptyKeyInThePath() {
        assertThat(api.as(token, "GET", "/api/data/", null).outcome()).isEqualTo("400 INVALID_KEY");
        assertThat(api.as(token, "PUT", "/api/data/", "{\"value\":\"x\"}").outcome())
                .isEqualTo("400 INVALID_KEY");
        assertThat(api.as(token, "DELETE", "/api/data/", null).outcome()).isEqualTo("400 INVALID_KEY");
        assertThat(api.send("GET", "/api/data/", null).outcome()).isEqualTo("401 INVALID_TOKEN");
    }

    static List<String> tooLongKeys() {
        return List.of("k".repeat(513), "é".repeat(257), "\ud83d\udd11".repeat(129));
    }

    @ParameterizedTest
    @MethodSource("tooLongKeys")
    void countsTheBytesOfAKey(String key) {
        assertThat(api.create(token, key, "x").outcome()).isEqualTo("400 INVALID_KEY");
        assertThat(api.read(token, key).outcome()).isEqualTo("400 INVALID_KEY");
        assertThat(api.update(token, key, "x").outcome()).isEqualTo("400 INVALID_KEY");
        assertThat(api.delete(token, key).outcome()).isEqualTo("400 INVALID_KEY");
        JsonNode tooLong = Api.object("field", "key", "message", "must be 1 to 512 bytes of UTF-8 long");
        assertThat(api.create(token, key, "x").body().path("errors")).containsExactly(tooLong);
        assertThat(api.read(token, key).body().path("errors")).containsExactly(tooLong);
        assertThat(api.as(token, "POST", "/api/data", Api.object("key", key).toString())
                        .body()
                        .path("errors"))
                .as("with all else that is wrong")
                .containsExactly(tooLong, Api.object("field", "value", "message", "is required"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"value\":\"v\"}",
                "{\"key\":null,\"value\":\"v\"}",
                "{\"key\":7,\"value\":\"v\"}",
                "{\"key\":\"\",\"value\":\"v\"}",
                "{\"key\":[\"k\"],\"value\":\"v\"}",
                "{\"key\":\"\\ud800\",\"value\":\"v\"}",
                "{}",
                "{\"key\":true}",
                ""
            })
    void wantsAKey(String body) {
        assertThat(api.as(token, "POST", "/api/data", body).outcome()).isEqualTo("400 INVALID_KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"k\"}",
                "{\"key\":\"k\",\"value\":null}",
                "{\"key\":\"k\",\"value\":7}",
                "{\"key\":\"k\",\"value\":{}}",
                "{\"key\":\"k\",\"value\":false}",
                "{\"key\":\"k\",\"value\":\"\\u0000\"}",
                "{\"key\":\"k\",\"value\":\"\\udc00\"}"
            })
    void wantsAValue(String body) {
        assertThat(api.as(token, "POST", "/api/data", body).outcome()).isEqualTo("400 INVALID_VALUE");
        assertThat(api.as(token, "PUT", "/api/data/k", body).outcome()).isEqualTo("400 INVALID_VALUE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "\n", "null", "{\"json\":[1]}", "\u2028", "\ud83d\udd11", "<b>&amp;</b>", "e\u0301 é"})
    void keepsValuesToTheLetter(String value) {
        String key = "exactly " + value.strip();
        api.create(token, key, value);
        assertThat(value(key)).isEqualTo(value);
        api.update(token, key, value + value);
        assertThat(value(key)).isEqualTo(value + value);
        api.delete(token, key);
    }

    @Test
    void countsTheBytesOfAValue() {
        String longest = "é".repeat(MIB / 2);
        assertThat(api.create(token, "long", longest).status()).isEqualTo(201);
        assertThat(value("long")).isEqualTo(longest);
        assertThat(api.update(token, "long", longest + "a").outcome()).isEqualTo("400 INVALID_VALUE");
        assertThat(api.create(token, "longer", "a".repeat(MIB + 1)).outcome()).isEqualTo("400 INVALID_VALUE");
        assertThat(value("long")).isEqualTo(longest);
    }

    @Test
    void givesAKeyToExactlyOneOfManyAtOnce() throws Exception {
        int attempts = 40;
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            Callable<String> attempt = () ->
                    api.create(token, "raced", Thread.currentThread().getName()).outcome();
            List<Future<String>> answers = clients.invokeAll(Collections.nCopies(attempts, attempt));

            long created = 0;
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isIn("201", "409 KEY_EXISTS");
                created += answer.get().equals("201") ? 1 : 0;
            }
            assertThat(created).isEqualTo(1);
        } finally {
            clients.shutdown();
        }
    }

    @Test
    void readsEveryWriteThatWasAcknowledged() throws Exception {
        int clientCount = 8;
        ExecutorService clients = Executors.newFixedThreadPool(clientCount);
        try {
            Callable<Void> client = () -> {
                String key = Thread.currentThread().getName();
                api.create(token, key, "0");
                for (int i = 1; i <= 50; i++) {
                    api.update(token, key, String.valueOf(i));
                    assertThat(value(key)).isEqualTo(String.valueOf(i));
                }
                return null;
            };
            for (Future<Void> done : clients.invokeAll(Collections.nCopies(clientCount, client))) {
                done.get();
            }
        } finally {
            clients.shutdown();
        }
    }

    private String value(String key) {
        return api.read(token, key).body().at("/data/value").textValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9", "\u20ac", "\u3042", "\uD83D\uDD11", "\u05d0", "e\u0301"})
    void saysAllThatIsWrongWhereAKeyHasTooManyBytes(String letter) {
        String key = letter.repeat(512 / letter.getBytes(StandardCharsets.UTF_8).length + 1);
        String path = "/api/data/" + Api.segment(key);
        String tooLarge = "x".repeat(MIB + 1);
        for (String value : List.of("null", "1", "[]", "\"\\u0000\"", '"' + tooLarge + '"')) {
            String both = "{\"key\":\"" + key + "\",\"value\":" + value + "}";
            assertThat(fields(api.as(token, "POST", "/api/data", both))).containsExactly("key", "value");
            assertThat(fields(api.as(token, "PUT", path, "{\"value\":" + value + "}")))
                    .contains("value");
        }
        assertThat(fields(api.as(token, "PUT", path, "{}"))).containsExactly("key", "value");
        assertThat(fields(
                        api.as(token, "PUT", path, Api.object("value", tooLarge).toString())))
                .containsExactly("key", "value");
        for (String method : List.of("GET", "DELETE")) {
            assertThat(api.as(token, method, path, null)
                            .body()
                            .at("/errors/0/message")
                            .textValue())
                    .isEqualTo("must be 1 to 512 bytes of UTF-8 long");
        }
    }

    private static List<String> fields(Api.Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        return answer.body().path("errors").findValuesAsText("field").stream()
                .distinct()
                .toList();
    }
}
