package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again, over HTTP. */
@ParameterizedClass
@EnumSource(Engine.class)
final class IdempotencyTest {
    private static final String BATCH = "{\"operations\":[{\"op\":\"put\",\"key\":\"%s\",\"value\":\"x\"}]}";

    private final Api api;
    private final String token;
    private final String key = Api.newName();

    IdempotencyTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        token = DataTest.tokenOf(engine, api);
    }

    @Test
    void givesTheSameResponseAgainAndDoesNothingTwice() {
        for (String[] call : new String[][] {
            {"POST", "/api/data", create("x")},
            {"PUT", "/api/data/" + key, "{\"value\":\"y\"}"},
            {"PATCH", "/api/data/" + key, "{\"expires_in\":1000}"},
            {"POST", "/api/data/batch", BATCH.formatted(key)},
            {"DELETE", "/api/data/" + key, null},
            {"PUT", "/api/data/" + key + "?upsert=true", "{\"value\":\"y\"}"}
        }) {
            String request = Api.newName();
            Api.Answer first = send(token, request, call[0], call[1], call[2]);
            assertThat(first.status()).isIn(200, 201);
            assertThat(first.header("Idempotency-Replayed")).isNull();
            String tag = tag();
            for (int i = 0; i < 2; i++) {
                Api.Answer again = send(token, request, call[0], call[1], call[2]);
                assertThat(again.status()).isEqualTo(first.status());
                assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
                assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
                assertThat(again.body()).isEqualTo(first.body());
            }
            assertThat(tag()).isEqualTo(tag);
        }
    }

    /** Refusals by the state of the data are kept: they would be others now. */
    @Test
    void keepsRefusals() {
        String request = Api.newName();
        assertThat(send(token, request, "DELETE", "/api/data/" + key, null).outcome())
                .isEqualTo("404 KEY_NOT_FOUND");
        String second = Api.newName();
        api.create(token, key, "x");
        assertThat(send(token, second, "POST", "/api/data", create("x")).outcome())
                .isEqualTo("409 KEY_EXISTS");
        Api.Answer replayed = send(token, request, "DELETE", "/api/data/" + key, null);
        assertThat(replayed.outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(replayed.header("Idempotency-Replayed")).isEqualTo("true");
        api.delete(token, key);
        assertThat(send(token, second, "POST", "/api/data", create("x")).outcome())
                .isEqualTo("409 KEY_EXISTS");
    }

    @Test
    void isNewAfterARequestThatWasRefusedForItsForm() {
        String request = Api.newName();
        assertThat(send(token, request, "POST", "/api/data", "{").outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(send("none", request, "POST", "/api/data", create("x")).outcome())
                .isEqualTo("401 INVALID_TOKEN");
        assertThat(send(token, request, "POST", "/api/data", create("x")).outcome())
                .isEqualTo("201");
    }

    @Test
    void refusesTheKeyOfAnotherRequest() {
        String request = Api.newName();
        send(token, request, "POST", "/api/data", create("x"));
        for (String[] other : new String[][] {
            {"POST", "/api/data", create("y")},
            {
                "POST",
                "/api/data",
                Api.object("key", key, "value", "x").put("expires_in", 5).toString()
            },
            {"PUT", "/api/data/" + key, "{\"value\":\"x\"}"},
            {"PUT", "/api/data/" + key + "?upsert=true", "{\"value\":\"x\"}"},
            {"PATCH", "/api/data/" + key, "{\"expires_in\":null}"},
            {"DELETE", "/api/data/" + key, null},
            {"POST", "/api/data/batch", BATCH.formatted(key).replace("put", "create")}
        }) {
            assertThat(send(token, request, other[0], other[1], other[2]).outcome())
                    .isEqualTo("422 IDEMPOTENCY_KEY_REUSED");
        }
        assertThat(send(api.newToken(), request, "POST", "/api/data", create("x"))
                        .outcome())
                .as("of another user")
                .isEqualTo("201");
    }

    @Test
    void takesTheKeyInQuotesOrBare() {
        String request = Api.newName();
        assertThat(send(token, request, "POST", "/api/data", create("x")).outcome())
                .isEqualTo("201");
        assertThat(send(token, '"' + request + '"', "POST", "/api/data", create("x"))
                        .header("Idempotency-Replayed"))
                .isEqualTo("true");
        assertThat(send(token, "\"a\\\"" + request + "\"", "DELETE", "/api/data/" + key, null)
                        .outcome())
                .isEqualTo("200");
        assertThat(send(token, "a\"" + request, "DELETE", "/api/data/" + key, null)
                        .header("Idempotency-Replayed"))
                .isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"a", "\"a b\"", "a b", "\"a\\b\"", "\"a\";x=1", "\"\""})
    void refusesWhatIsNoKey(String request) {
        Api.Answer answer = send(token, request, "POST", "/api/data", create("x"));
        assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("Idempotency-Key");
    }

    @Test
    void countsTheCharactersOfTheKey() {
        String longest = Api.newName() + "x".repeat(255);
        assertThat(send(token, longest.substring(0, 255), "POST", "/api/data", create("x"))
                        .outcome())
                .isEqualTo("201");
        assertThat(send(token, longest.substring(0, 256), "POST", "/api/data", create("x"))
                        .outcome())
                .isEqualTo("400 INVALID_REQUEST");
        String escaped = "\"" + longest.substring(0, 40) + "\\\\".repeat(215) + "\"";
        assertThat(send(token, escaped, "DELETE", "/api/data/" + key, null).outcome())
                .isEqualTo("200");
    }

    /** Nobody waits for nothing, and only one of them does it. */
    @Test
    void waitsForTheFirstOfSeveralAtOnce() throws Exception {
        String request = Api.newName();
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            Callable<Api.Answer> call = () -> send(token, request, "POST", "/api/data", create("x"));
            List<String> tags = new ArrayList<>();
            int replayed = 0;
            for (Future<Api.Answer> answer : pool.invokeAll(Collections.nCopies(8, call))) {
                assertThat(answer.get().outcome()).isEqualTo("201");
                tags.add(answer.get().header("ETag"));
                replayed += answer.get().header("Idempotency-Replayed") == null ? 0 : 1;
            }
            assertThat(tags).containsOnly(tag());
            assertThat(replayed).isEqualTo(7);
        } finally {
            pool.shutdownNow();
        }
    }

    private String create(String value) {
        return Api.object("key", key, "value", value).toString();
    }

    private String tag() {
        return api.read(token, key).header("ETag");
    }

    private Api.Answer send(String of, String request, String method, String path, String body) {
        List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + of, "Idempotency-Key", request));
        if (body != null) {
            headers.addAll(List.of("Content-Type", "application/json"));
        }
        return api.send(method, path, body, headers.toArray(String[]::new));
    }
}
