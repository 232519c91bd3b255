package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.data.changes.RevisionHistory.Kind;
import dev.latchkey.data.changes.RevisionHistory.Write;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Backoff;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Changes a user's data at random, in every way that there is, and tells the history what came of it. */
final class WritingClient {
    private static final Map<String, String> NONE = Map.of();
    private static final int LONG_LIFE = 100_000;
    private static final int LONG_VALUE = 30_000;

    private final CopyingClient.Servers servers;
    private final String token;
    private final String name;
    private final Random random;
    private final RevisionHistory history;
    private final Map<String, String> tags = new HashMap<>();
    private int number;
    private int attempt;

    WritingClient(CopyingClient.Servers servers, String token, String name, long seed, RevisionHistory history) {
        this.servers = servers;
        this.token = token;
        this.name = name;
        this.random = new Random(seed);
        this.history = history;
    }

    /** Does one thing. */
    void step() {
        String key = key();
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> single("PUT", path(key) + "?upsert=true", put(key), NONE, 200, 201);
            case 3 -> single("PUT", path(key), put(key), Map.of("If-Match", tag(key)), 200, 404, 412);
            case 4 -> single("PUT", path(key), put(key), Map.of("If-None-Match", "*"), 201, 412);
            case 5 -> single("POST", "/api/data", put(key), NONE, 201, 409);
            case 6 -> single("DELETE", path(key), delete(key), NONE, 200, 404);
            case 7 -> single("DELETE", path(key), delete(key), Map.of("If-Match", tag(key)), 200, 404, 412);
            case 8 -> single("PATCH", path(key), expire(key), NONE, 200, 404);
            case 9 -> load();
            default -> batch();
        }
    }

    /** A write and how it is asked for. */
    private record Request(Write write, ObjectNode body) {}

    private Request put(String key) {
        String value = name + " wrote " + ++number + " \u00e4\u20ac\ud83d\ude00";
        if (random.nextInt(20) == 0) {
            value += "x".repeat(random.nextInt(LONG_VALUE));
        }
        ObjectNode body = Api.object("key", key, "value", value);
        Instant noExpiryBefore = null;
        if (random.nextInt(3) == 0) {
            noExpiryBefore = expireIn(body);
        }
        return new Request(new Write(Kind.PUT, key, value, noExpiryBefore), body);
    }

    private Request expire(String key) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        Instant noExpiryBefore = null;
        if (random.nextInt(3) == 0) {
            body.putNull("expires_in");
        } else {
            noExpiryBefore = expireIn(body);
        }
        return new Request(new Write(Kind.EXPIRE, key, null, noExpiryBefore), body);
    }

    private static Request delete(String key) {
        return new Request(new Write(Kind.DELETE, key, null, null), null);
    }

    private Instant expireIn(ObjectNode body) {
        int seconds = random.nextInt(4) == 0 ? LONG_LIFE : 1 + random.nextInt(3);
        if (random.nextBoolean()) {
            // Not expired at once by the clock that is ahead.
            seconds += (int) history.skew().toSeconds();
        }
        body.put("expires_in", seconds);
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(seconds);
    }

    private void single(
            String method, String path, Request request, Map<String, String> conditions, Integer... expected) {
        String body = null;
        if (request.body() != null) {
            ObjectNode sent = request.body().deepCopy();
            if (method.equals("PUT")) {
                sent.remove("key");
            }
            body = sent.toString();
        }
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        long newest = history.newest();
        Api.Answer answer = send(List.of(request.write()), method, path, body, type, conditions);
        if (answer == null) {
            return;
        }
        assertThat(answer.status()).as("%s", answer).isIn((Object[]) expected);
        if (answer.status() < 300) {
            done(request.write(), answer.header("ETag"), newest);
        }
    }

    private void batch() {
        boolean isDoomed = random.nextInt(3) == 0;
        ArrayNode operations = JsonNodeFactory.instance.arrayNode();
        List<Write> writes = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i >= 0; i--) {
            String key = key();
            if (random.nextInt(5) == 0) {
                operations.add(Api.object("op", "delete", "key", key));
                writes.add(delete(key).write());
            } else {
                Request put = put(key);
                operations.add(put.body().put("op", random.nextInt(8) == 0 ? "create" : "put"));
                writes.add(put.write());
            }
        }
        if (isDoomed) {
            operations.add(Api.object("op", "check", "key", key(), "if_match", "\"0\""));
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("operations", operations);
        long newest = history.newest();
        // Nothing of what cannot be done may ever be seen.
        Api.Answer answer = send(
                isDoomed ? List.of() : writes, "POST", "/api/data/batch", body.toString(), "application/json", NONE);
        if (answer == null) {
            return;
        }
        assertThat(answer.status()).as("%s", answer).isIn(isDoomed ? List.of(404, 409, 412) : List.of(200, 404, 409));
        JsonNode results = answer.body().at("/data/results");
        for (int i = 0; i < results.size(); i++) {
            done(writes.get(i), results.get(i).path("etag").textValue(), newest);
        }
    }

    /** By an import, whose answer does not tell revisions. */
    private void load() {
        StringBuilder lines = new StringBuilder();
        List<Write> writes = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i >= 0; i--) {
            Request put = put(key());
            ObjectNode line = put.body().deepCopy();
            line.remove("expires_in");
            if (put.write().noExpiryBefore() != null) {
                line.put("expires_at", put.write().noExpiryBefore().toString());
            }
            lines.append(line).append('\n');
            writes.add(put.write());
        }
        Api.Answer answer =
                send(writes, "POST", "/api/data/import?mode=replace", lines.toString(), "application/x-ndjson", NONE);
        if (answer != null && answer.status() != 429) {
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.body().at("/data/failed").intValue()).isZero();
            writes.forEach(history::inDoubt);
        }
    }

    private void done(Write write, String tag, long newest) {
        history.answered(Long.parseLong(tag.substring(1, tag.length() - 1)), write, newest);
        if (write.kind() == Kind.DELETE) {
            tags.remove(write.key());
        } else {
            tags.put(write.key(), tag);
        }
    }

    /** Null if there is no answer; then the writes may have been done or not. */
    private Api.Answer send(
            List<Write> writes, String method, String path, String body, String type, Map<String, String> conditions) {
        List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + token));
        if (body != null) {
            headers.addAll(List.of("Content-Type", type));
        }
        conditions.forEach((header, value) -> headers.addAll(List.of(header, value)));
        try {
            Api.Answer answer = new Api(servers.any(random)).send(method, path, body, headers.toArray(String[]::new));
            if (answer.status() != 503) {
                attempt = 0;
                return answer;
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                Backoff.after(attempt++);
                return null;
            }
        }
        writes.forEach(history::inDoubt);
        Backoff.after(attempt++);
        return null;
    }

    /** Half of them everybody writes. */
    private String key() {
        return random.nextBoolean() ? "hot-\u00fc" + random.nextInt(5) : name + "/" + random.nextInt(20);
    }

    private String tag(String key) {
        return tags.getOrDefault(key, "\"0\"");
    }

    private static String path(String key) {
        return "/api/data/" + Api.segment(key);
    }
}
