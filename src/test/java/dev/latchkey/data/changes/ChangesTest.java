package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.EventStream;
import dev.latchkey.testing.EventStream.Event;
import dev.latchkey.testing.ServerExtension;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The changes of a user's data, over HTTP: as an answer, a long poll and a stream. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ChangesTest {
    private final ServerExtension server;
    private final Api api;
    private final String token;

    ChangesTest(Engine engine) {
        server = ServerExtension.shared(engine);
        api = server.api();
        token = api.newToken();
    }

    private JsonNode changes(String query) {
        Api.Answer answer = api.as(token, "GET", "/api/changes" + query, null);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().path("data");
    }

    /** As {@code type key=value@revision}. */
    private static List<String> lines(JsonNode page) {
        return StreamSupport.stream(page.path("changes").spliterator(), false)
                .map(ChangesTest::line)
                .toList();
    }

    private static String line(JsonNode change) {
        assertThat(change.path("etag").textValue())
                .isEqualTo('"' + change.path("revision").asText() + '"');
        String value = change.has("value") ? "=" + change.path("value").textValue() : "";
        return change.path("type").textValue() + " " + change.path("key").textValue() + value + "@"
                + change.path("revision");
    }

    private void put(String key, String value) {
        assertThat(api.as(
                                token,
                                "PUT",
                                "/api/data/" + key + "?upsert=true",
                                Api.object("value", value).toString())
                        .status())
                .isIn(200, 201);
    }

    private EventStream stream(String query, String... headers) {
        return EventStream.open(server.address(), token, query, headers);
    }

    @Test
    void aNewUserHasNone() {
        JsonNode page = changes("");

        assertThat(page.path("changes")).isEmpty();
        assertThat(page.path("revision").longValue()).isZero();
        assertThat(page.path("more").booleanValue()).isFalse();
    }

    @Test
    void areTheNewestOfEachKeyInOrder() {
        put("a", "1");
        put("b", "2");
        put("a", "3");
        api.delete(token, "b");
        put("c", "5");
        api.delete(token, "c");
        put("c", "7");

        assertThat(lines(changes(""))).containsExactly("put a=3@3", "delete b@4", "put c=7@7");
        assertThat(lines(changes("?since=3"))).containsExactly("delete b@4", "put c=7@7");
        assertThat(lines(changes("?since=5"))).containsExactly("put c=7@7");
        assertThat(changes("?since=7").path("revision").longValue()).isEqualTo(7);
    }

    @Test
    void ofABatchHaveRevisionsOfTheirOwn() {
        api.as(token, "POST", "/api/data/batch", """
                {"operations":[{"op":"put","key":"a","value":"1"},{"op":"put","key":"b","value":"2"},{"op":"delete","key":"a"}]}
                """);

        assertThat(lines(changes(""))).containsExactly("put b=2@2", "delete a@3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1000})
    void anyPagesGiveEachOnce(int limit) {
        IntStream.range(0, 5).forEach(i -> put("key" + i, "value" + i));
        api.delete(token, "key1");
        List<String> all = new ArrayList<>();
        JsonNode page;
        long revision = 0;
        do {
            page = changes("?since=" + revision + "&limit=" + limit);
            assertThat(page.path("changes").size()).isBetween(1, limit);
            all.addAll(lines(page));
            revision = page.path("revision").longValue();
        } while (page.path("more").booleanValue());

        assertThat(all)
                .containsExactly(
                        "put key0=value0@1",
                        "put key2=value2@3",
                        "put key3=value3@4",
                        "put key4=value4@5",
                        "delete key1@6");
        assertThat(revision).isEqualTo(6);
    }

    /** Deletions of keys that exist again are of no use to anybody; a page is never long in finding that out. */
    @Test
    void outdatedDeletionsAreLeftOut() {
        List<String> keys = IntStream.range(0, 30).mapToObj(i -> "key" + i).toList();
        keys.forEach(key -> put(key, "old"));
        keys.forEach(key -> api.delete(token, key));
        keys.forEach(key -> put(key, "new"));

        JsonNode page = changes("?limit=2");

        assertThat(page.path("changes")).isEmpty();
        assertThat(page.path("more").booleanValue()).isTrue();
        assertThat(lines(changes("?limit=4"))).containsExactly("put key0=new@61", "put key1=new@62");
        assertThat(changes("").path("changes")).hasSize(30);
    }

    @Test
    void aPageEndsBeforeItHasMoreThanOneMebibyteOfValues() {
        String large = "x".repeat(400 << 10);
        List.of("a", "b", "c").forEach(key -> put(key, large));
        put("d", "y".repeat(1 << 20));

        List<Integer> sizes = new ArrayList<>();
        long since = 0;
        for (JsonNode page = changes("");
                page != null;
                page = page.path("more").booleanValue() ? changes("?since=" + since) : null) {
            sizes.add(page.path("changes").size());
            since = page.path("revision").longValue();
        }

        assertThat(sizes).containsExactly(2, 1, 1);
        assertThat(changes("?values=false").path("changes")).hasSize(4);
    }

    @Test
    void canBeGivenWithoutValues() {
        put("a", "1");

        assertThat(lines(changes("?values=false"))).containsExactly("put a@1");
        try (EventStream stream = stream("?values=false")) {
            assertThat(line(stream.nextChange().data())).isEqualTo("put a@1");
        }
    }

    @Test
    void anExpiryIsADeletion() {
        api.as(token, "PUT", "/api/data/a?upsert=true", "{\"value\":\"1\",\"expires_in\":1}");
        put("b", "2");
        try (EventStream stream = stream("")) {
            Event stored = stream.nextChange();
            assertThat(stored.data().path("expires_at").isTextual()).isTrue();
            stream.nextChange();

            assertThat(line(stream.nextChange().data())).isEqualTo("delete a@3");
        }
        assertThat(lines(changes(""))).containsExactly("put b=2@2", "delete a@3");
    }

    @Test
    void areGoneBeyondTheData() {
        put("a", "1");

        Api.Answer answer = api.as(token, "GET", "/api/changes?since=2", null);

        assertThat(answer.outcome()).isEqualTo("410 CHANGES_GONE");
        assertThat(answer.body().path("revision").longValue()).isEqualTo(1);
        Api.Answer stream = api.send(
                "GET", "/api/changes?since=2", null, "Authorization", "Bearer " + token, "Accept", "text/event-stream");
        assertThat(stream.outcome()).isEqualTo("410 CHANGES_GONE");
    }

    @Test
    void areGoneBeforeTheFloor() throws SQLException {
        IntStream.range(0, 4).forEach(i -> put("key" + i, "value"));
        forgetBefore(3);

        Api.Answer answer = api.as(token, "GET", "/api/changes?since=2&wait=30", null);

        assertThat(answer.outcome()).isEqualTo("410 CHANGES_GONE");
        assertThat(answer.body().path("revision").longValue()).isEqualTo(4);
        assertThat(lines(changes("?since=3"))).containsExactly("put key3=value@4");
    }

    @Test
    void anOpenStreamSaysWhenTheyAreGone() throws SQLException {
        put("a", "1");
        try (EventStream stream = stream("?since=1")) {
            assertThat(stream.next().orElseThrow().name()).isEqualTo("position");
            forgetBefore(100);

            put("b", "2");

            Event end = stream.nextChange();
            assertThat(end.name()).isEqualTo("end");
            assertThat(end.data().path("reason").textValue()).isEqualTo("CHANGES_GONE");
            assertThat(end.revision()).isEqualTo(2);
            assertThat(stream.next()).isEmpty();
        }
    }

    private void forgetBefore(long floor) throws SQLException {
        DatabaseSettings database = server.database();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE user_data SET floor = ? WHERE user_id = (SELECT id FROM users WHERE username = ?)")) {
            update.setLong(1, floor);
            update.setString(
                    2,
                    api.as(token, "GET", "/api/me", null)
                            .body()
                            .at("/data/username")
                            .textValue());
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void aRequestWaitsForOne() throws Exception {
        put("a", "1");
        CompletableFuture<JsonNode> waiting = CompletableFuture.supplyAsync(() -> changes("?since=1&wait=30"));
        Await.until(() -> isWaiting());

        put("b", "2");

        assertThat(lines(waiting.get(25, TimeUnit.SECONDS))).containsExactly("put b=2@2");
    }

    /** Whether the server has a request that it has not answered. */
    private boolean isWaiting() {
        return server
                        .metrics()
                        .getCounters((name, metric) -> name.endsWith("Handler.active-requests"))
                        .values()
                        .stream()
                        .mapToLong(counter -> counter.getCount())
                        .sum()
                > 0;
    }

    @Test
    void aRequestThatWaitsInVainIsAnswered() {
        put("a", "1");

        JsonNode page = changes("?since=1&wait=1");

        assertThat(page.path("changes")).isEmpty();
        assertThat(page.path("revision").longValue()).isEqualTo(1);
    }

    @Test
    void aRequestThatWaitsIsRefusedWhenTheSessionEnds() throws Exception {
        CompletableFuture<Api.Answer> waiting =
                CompletableFuture.supplyAsync(() -> api.as(token, "GET", "/api/changes?wait=30", null));
        Await.until(() -> isWaiting());

        api.as(token, "DELETE", "/api/token", null);

        assertThat(waiting.get(25, TimeUnit.SECONDS).outcome()).isEqualTo("401 INVALID_TOKEN");
    }

    @Test
    void comeInAStreamAsTheyHappen() {
        put("a", "1");
        try (EventStream stream = stream("")) {
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            Event first = stream.next().orElseThrow();
            assertThat(first.id()).isEqualTo("1");
            assertThat(line(first.data())).isEqualTo("put a=1@1");
            Event position = stream.next().orElseThrow();
            assertThat(position.name()).isEqualTo("position");
            assertThat(position.revision()).isEqualTo(1);

            put("b", "zwei\nZeilen \uD83D\uDE00");
            assertThat(line(stream.nextChange().data())).isEqualTo("put b=zwei\nZeilen \uD83D\uDE00@2");
            api.delete(token, "a");
            assertThat(line(stream.nextChange().data())).isEqualTo("delete a@3");
        }
    }

    @Test
    void aStreamGoesOnWhereTheOneBeforeWasCut() {
        put("a", "1");
        put("b", "2");

        try (EventStream stream = stream("?since=0", "Last-Event-ID", "1")) {
            assertThat(line(stream.nextChange().data())).isEqualTo("put b=2@2");
        }
    }

    @Test
    void aStreamGivesAllThatThereIs() {
        Map<String, String> stored = new TreeMap<>();
        for (int batch = 0; batch < 3; batch++) {
            StringBuilder operations = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                String key = "key" + batch + "-" + i;
                String value = key + "x".repeat(i % 10 == 0 ? 50_000 : 5);
                stored.put(key, value);
                ObjectNode operation = Api.object("op", "put", "key", key, "value", value);
                operations.append(i == 0 ? "" : ",").append(operation);
            }
            assertThat(api.as(token, "POST", "/api/data/batch", "{\"operations\":[" + operations + "]}")
                            .status())
                    .isEqualTo(200);
        }
        Map<String, String> copy = new TreeMap<>();
        try (EventStream stream = stream("")) {
            for (Event event = stream.next().orElseThrow();
                    event.name().equals("change");
                    event = stream.next().orElseThrow()) {
                copy.put(
                        event.data().path("key").textValue(),
                        event.data().path("value").textValue());
            }
        }

        assertThat(copy).isEqualTo(stored);
    }

    @Test
    void aStreamEndsWithTheSession() {
        try (EventStream stream = stream("")) {
            stream.next();

            api.as(token, "DELETE", "/api/token", null);

            Event end = stream.nextChange();
            assertThat(end.name()).isEqualTo("end");
            assertThat(end.data().path("reason").textValue()).isEqualTo("SESSION_ENDED");
            assertThat(stream.next()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | application/json",
                "*/* | application/json",
                "text/* | text/event-stream",
                "text/event-stream;q=0.2, application/json | application/json",
                "application/json;q=0.2, text/event-stream | text/event-stream"
            })
    void areGivenAsTheClientLikesThem(String accept, String type) {
        try (EventStream stream = stream("", "Accept", accept)) {
            assertThat(stream.header("Content-Type")).isEqualTo(type);
        }
    }

    @Test
    void aHeadNeverWaits() {
        Api.Answer answer = api.send(
                "HEAD",
                "/api/changes?wait=30",
                null,
                "Authorization",
                "Bearer " + token,
                "Accept",
                "text/event-stream");

        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?since=-1",
                "?since=9223372036854775808",
                "?since=1.0",
                "?since=x",
                "?since=",
                "?since=1&since=2",
                "?limit=0",
                "?limit=1001",
                "?wait=-1",
                "?wait=31",
                "?wait=1.5",
                "?values=yes"
            })
    void badParametersAreRefused(String query) {
        assertThat(api.as(token, "GET", "/api/changes" + query, null).outcome()).isEqualTo("400 INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1 2", "\"1\""})
    void aBadLastEventIdIsRefused(String id) {
        Api.Answer answer =
                api.send("GET", "/api/changes", null, "Authorization", "Bearer " + token, "Last-Event-ID", id);

        assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
    }

    @Test
    void otherTypesAreNotAcceptable() {
        Api.Answer answer =
                api.send("GET", "/api/changes", null, "Authorization", "Bearer " + token, "Accept", "text/html");

        assertThat(answer.outcome()).isEqualTo("406 NOT_ACCEPTABLE");
    }

    @Test
    void needAnAccessToken() {
        assertThat(api.send("GET", "/api/changes", null).outcome()).isEqualTo("401 INVALID_TOKEN");
    }
}
