package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Backoff;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13), over HTTP. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ConditionsTest {
    private final ServerExtension server;
    private final Api api;
    private final String token;

    ConditionsTest(Engine engine) {
        server = ServerExtension.shared(engine);
        api = server.api();
        token = DataTest.tokenOf(engine, api);
    }

    @Test
    void givesTheSameTagWhereverAnEntryIsWrittenOrRead() {
        String key = Api.newName();
        String created = api.create(token, key, "1").header("ETag");
        assertThat(api.read(token, key).header("ETag")).isEqualTo(created);
        assertThat(api.as(token, "HEAD", path(key), null).header("ETag")).isEqualTo(created);
        assertThat(listed(key)).isEqualTo(created);

        String updated = api.update(token, key, "1").header("ETag");
        assertThat(updated).isNotEqualTo(created);
        assertThat(api.read(token, key).header("ETag")).isEqualTo(updated);
        assertThat(listed(key)).isEqualTo(updated);
    }

    /** Not even after the key was deleted. */
    @Test
    void neverUsesATagTwice() {
        String key = Api.newName();
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tags.add(api.create(token, key, "x").header("ETag"));
            tags.add(api.update(token, key, "x").header("ETag"));
            tags.add(api.delete(token, key).header("ETag"));
        }
        assertThat(tags).doesNotContainNull().doesNotHaveDuplicates();
    }

    @Test
    void answersAReaderWhoHasTheEntryAlready() {
        String key = Api.newName();
        String tag = api.create(token, key, "x").header("ETag");
        for (String header : List.of(tag, "W/" + tag, "\"other\", " + tag, "*", " ," + tag + ",, ")) {
            for (String method : List.of("GET", "HEAD")) {
                Api.Answer answer = send(method, key, null, "If-None-Match", header);
                assertThat(answer.status()).as(header).isEqualTo(304);
                assertThat(answer.header("ETag")).isEqualTo(tag);
                assertThat(answer.exchange().body()).isEmpty();
            }
        }
        for (String header : List.of("\"other\"", "W/\"other\"", tag.replaceFirst("\"", "\"0"))) {
            assertThat(send("GET", key, null, "If-None-Match", header).status())
                    .as(header)
                    .isEqualTo(200);
        }
        assertThat(send("GET", key, null, "If-Match", "\"other\"").outcome()).isEqualTo("412 PRECONDITION_FAILED");
        assertThat(send("GET", key, null, "If-Match", tag).outcome()).isEqualTo("200");
    }

    @Test
    void writesOnlyWhereTheTagMatches() {
        String key = Api.newName();
        String tag = api.create(token, key, "x").header("ETag");
        for (String header : List.of("\"other\"", "W/" + tag, "\"\"")) {
            for (String method : List.of("PUT", "PATCH", "DELETE")) {
                Api.Answer refused = send(method, key, body(method), "If-Match", header);
                assertThat(refused.outcome()).as(header).isEqualTo("412 PRECONDITION_FAILED");
                assertThat(refused.header("ETag")).isEqualTo(tag);
            }
        }
        assertThat(api.read(token, key).header("ETag")).isEqualTo(tag);
        Api.Answer put = send("PUT", key, body("PUT"), "If-Match", "\"other\"," + tag);
        assertThat(put.outcome()).isEqualTo("200");
        Api.Answer patch = send("PATCH", key, body("PATCH"), "If-Match", put.header("ETag"));
        assertThat(patch.outcome()).isEqualTo("200");
        assertThat(send("DELETE", key, null, "If-Match", "*").outcome()).isEqualTo("200");
        for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
            Api.Answer gone = send(method, key, body(method), "If-Match", "*");
            assertThat(gone.outcome()).isEqualTo("412 PRECONDITION_FAILED");
            assertThat(gone.header("ETag")).isNull();
        }
    }

    @Test
    void createsOnlyWhatIsNotThere() {
        String key = Api.newName();
        Api.Answer created = send("PUT", key, body("PUT"), "If-None-Match", "*");
        assertThat(created.outcome()).isEqualTo("201");
        assertThat(send("PUT", key, body("PUT"), "If-None-Match", "*").outcome())
                .isEqualTo("412 PRECONDITION_FAILED");
        assertThat(send("PUT", key, body("PUT"), "If-None-Match", created.header("ETag"))
                        .outcome())
                .isEqualTo("412 PRECONDITION_FAILED");
        assertThat(send("PUT", key, body("PUT"), "If-None-Match", "\"other\"").outcome())
                .isEqualTo("200");
        assertThat(send("DELETE", key, null, "If-None-Match", "*").outcome()).isEqualTo("412 PRECONDITION_FAILED");
        assertThat(api.delete(token, key).outcome()).isEqualTo("200");
        assertThat(send("PUT", key, body("PUT"), "If-None-Match", "\"other\"").outcome())
                .as("that is no wish to create it")
                .isEqualTo("404 KEY_NOT_FOUND");
    }

    @Test
    void storesWhetherTheKeyIsNewOrNot() {
        String key = Api.newName();
        assertThat(api.as(token, "PUT", path(key) + "?upsert=true", body("PUT")).status())
                .isEqualTo(201);
        assertThat(api.as(token, "PUT", path(key) + "?upsert=true", body("PUT")).status())
                .isEqualTo(200);
        assertThat(api.as(token, "PUT", path(Api.newName()) + "?upsert=false", body("PUT"))
                        .outcome())
                .isEqualTo("404 KEY_NOT_FOUND");
    }

    /** Both are lists, so several lines are one list (RFC 9110, section 5.3). */
    @Test
    void readsSeveralLinesAsOneList() throws Exception {
        String key = Api.newName();
        String tag = api.create(token, key, "x").header("ETag");
        String lines =
                "Authorization: Bearer " + token + "\r\nIf-None-Match: \"other\"\r\nIf-None-Match: " + tag + "\r\n\r\n";
        assertThat(RawConnection.exchange(server, "GET", path(key), lines).status())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"1",
                "1\"",
                "\"1\" \"2\"",
                "w/\"1\"",
                "W/",
                "*, \"1\"",
                "**",
                ",",
                "\"a b\"",
                "Wed, 21 Oct 2026 07:28:00 GMT",
                "\"1\";q=1"
            })
    void refusesWhatIsNoTag(String header) {
        String key = Api.newName();
        api.create(token, key, "x");
        for (String name : List.of("If-Match", "If-None-Match")) {
            for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
                Api.Answer answer = send(method, key, body(method), name, header);
                assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
                assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo(name);
            }
        }
        assertThat(api.read(token, key).body().at("/data/value").textValue()).isEqualTo("x");
    }

    /** An operation that does not take a condition must not do what the client did not want. */
    @Test
    void refusesConditionsWhereItWouldIgnoreThem() {
        String key = Api.newName();
        for (String name : List.of("If-Match", "If-None-Match")) {
            assertThat(send("POST", null, Api.object("key", key, "value", "x").toString(), name, "*")
                            .outcome())
                    .isEqualTo("400 INVALID_REQUEST");
            assertThat(send("GET", null, null, name, "\"1\"").outcome()).isEqualTo("400 INVALID_REQUEST");
        }
        assertThat(api.read(token, key).outcome()).isEqualTo("404 KEY_NOT_FOUND");
    }

    /** Every client reads the number, and writes the next one if nobody else has. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void losesNoUpdate() throws Exception {
        int clients = ProofSize.of(8, 50);
        int times = ProofSize.of(12, 100);
        String key = Api.newName();
        api.create(token, key, "0");
        Callable<Void> client = () -> {
            for (int i = 0; i < times; i++) {
                for (int attempt = 0; !increment(key); attempt++) {
                    Backoff.after(attempt);
                }
            }
            return null;
        };
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        try {
            for (Future<Void> done : pool.invokeAll(Collections.nCopies(clients, client))) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(api.read(token, key).body().at("/data/value").textValue())
                .isEqualTo(String.valueOf(clients * times));
    }

    /** False if somebody else was faster, or if the server was busy: then it has done nothing, and says when to come again. */
    private boolean increment(String key) {
        Api.Answer read = api.read(token, key);
        if (isBusy(read)) {
            return false;
        }
        int next = Integer.parseInt(read.body().at("/data/value").textValue()) + 1;
        Api.Answer written =
                send("PUT", key, Api.object("value", String.valueOf(next)).toString(), "If-Match", read.header("ETag"));
        if (isBusy(written)) {
            return false;
        }
        assertThat(written.status()).isIn(200, 412);
        return written.status() == 200;
    }

    private static boolean isBusy(Api.Answer answer) {
        return answer.status() == 503 && answer.header("Retry-After") != null;
    }

    private String listed(String key) {
        return api.as(token, "GET", "/api/data?prefix=" + key, null)
                .body()
                .at("/data/entries/0/etag")
                .textValue();
    }

    private static String body(String method) {
        return switch (method) {
            case "PUT" -> "{\"value\":\"y\"}";
            case "PATCH" -> "{\"expires_in\":1000}";
            default -> null;
        };
    }

    private static String path(String key) {
        return "/api/data/" + key;
    }

    private Api.Answer send(String method, String key, String body, String name, String value) {
        List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + token, name, value));
        if (body != null) {
            headers.addAll(List.of("Content-Type", "application/json"));
        }
        return api.send(method, key == null ? "/api/data" : path(key), body, headers.toArray(String[]::new));
    }
}
