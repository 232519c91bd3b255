package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several operations at once, over HTTP. */
@ParameterizedClass
@EnumSource(Engine.class)
final class BatchTest {
    private static final int MAX_BYTES = 8 << 20;

    private final Api api;
    private final String token;
    private final String key = Api.newName();

    BatchTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        token = DataTest.tokenOf(engine, api);
    }

    @Test
    void doesTheOperationsInTheirOrder() {
        Api.Answer answer = run(
                operation("create", key, "1"),
                operation("put", key, "2"),
                operation("check", key, null),
                operation("put", key + "/other", "3"),
                operation("delete", key, null),
                operation("check", key, null).put("if_none_match", "*"));
        assertThat(answer.outcome()).isEqualTo("200");
        JsonNode results = answer.body().at("/data/results");
        assertThat(results)
                .extracting(result -> result.path("status").intValue())
                .containsExactly(201, 200, 200, 201, 200, 200);
        long first = results.at("/0/revision").longValue();
        assertThat(results)
                .extracting(result -> result.path("revision").longValue())
                .containsExactly(first, first + 1, first + 1, first + 2, first + 3, 0L);
        assertThat(results.get(5).has("etag")).isFalse();
        assertThat(api.read(token, key).outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.read(token, key + "/other").header("ETag"))
                .isEqualTo(results.at("/3/etag").textValue());
    }

    @Test
    void doesNothingIfOneCannotBeDone() {
        String tag = api.create(token, key, "before").header("ETag");
        List<String> outcomes = Stream.of(
                        operation("create", key, "x"),
                        operation("delete", key + "/none", null),
                        operation("check", key + "/none", null),
                        operation("put", key, "x").put("if_match", "\"0\""),
                        operation("put", key, "x").put("if_none_match", "*"),
                        operation("check", key, null).put("if_match", tag))
                .map(refused -> {
                    Api.Answer answer = run(
                            operation("put", key + "/new", "1"),
                            operation("put", key, "changed").put("if_match", tag),
                            operation("put", key, "before").put("expires_in", 60),
                            operation("delete", key + "/new", null),
                            operation("create", key + "/new", "2"),
                            refused);
                    assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("operations[5]");
                    return answer.outcome();
                })
                .toList();
        assertThat(outcomes)
                .containsExactly(
                        "409 KEY_EXISTS",
                        "404 KEY_NOT_FOUND",
                        "404 KEY_NOT_FOUND",
                        "412 PRECONDITION_FAILED",
                        "412 PRECONDITION_FAILED",
                        "412 PRECONDITION_FAILED");
    }

    /** Many at once are stored in another order than they come in, but what is stored is the same. */
    @Test
    void doesManyAtOnceAsOneByOne() {
        Random random = new Random(1);
        Set<String> stored = new HashSet<>();
        ObjectNode[] operations = IntStream.range(0, 100)
                .mapToObj(i -> {
                    String some = "key" + random.nextInt(8);
                    boolean isDeletion = stored.contains(some) && random.nextBoolean();
                    boolean isNew = !isDeletion && stored.add(some);
                    if (isDeletion) {
                        stored.remove(some);
                        return operation("delete", some, null);
                    }
                    return operation(isNew && random.nextBoolean() ? "create" : "put", some, "v".repeat(i));
                })
                .toArray(ObjectNode[]::new);

        String atOnce = api.newToken();
        JsonNode together = run(atOnce, operations).body().at("/data/results");
        String oneByOne = api.newToken();
        ArrayNode each = JsonNodeFactory.instance.arrayNode();
        for (ObjectNode operation : operations) {
            each.add(run(oneByOne, operation).body().at("/data/results/0"));
        }
        assertThat(together).isEqualTo(each).hasSize(100);
        for (String path : List.of("/api/changes", "/api/me")) {
            assertThat(read(atOnce, path)).isEqualTo(read(oneByOne, path));
        }
    }

    /** What does not differ from user to user. */
    private JsonNode read(String user, String path) {
        JsonNode data = api.as(user, "GET", path, null).body().path("data");
        return path.equals("/api/me") ? data.path("usage") : data.path("changes");
    }

    @Test
    void leavesNothingOfARefusedBatch() {
        String tag = api.create(token, key, "before").header("ETag");
        JsonNode usage = usage();
        Api.Answer refused = run(
                operation("put", key + "/new", "1"), operation("put", key, "changed"), operation("create", key, "x"));
        assertThat(refused.outcome()).isEqualTo("409 KEY_EXISTS");
        assertThat(api.read(token, key).header("ETag")).isEqualTo(tag);
        assertThat(api.read(token, key + "/new").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(usage()).isEqualTo(usage);
        Api.Answer next = api.update(token, key, "x");
        assertThat(Long.parseLong(next.header("ETag").replace("\"", "")))
                .isEqualTo(Long.parseLong(tag.replace("\"", "")) + 1);
    }

    @Test
    void takesOneToAHundredOperations() {
        assertThat(run().outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(run(operation("put", key, "x")).outcome()).isEqualTo("200");
        assertThat(run(many(100)).body().at("/data/results")).hasSize(100);
        Api.Answer tooMany = run(many(101));
        assertThat(tooMany.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(tooMany.body().at("/errors/0"))
                .isEqualTo(Api.object("field", "operations", "message", "must have 1 to 100 elements"));
    }

    @Test
    void saysWhatAnOperationCanBe() {
        for (String op : List.of("\"get\"", "\"\"", "5", "\"CREATE\"", "[]")) {
            String batch = "{\"operations\":[{\"op\":" + op + ",\"key\":\"k\"}]}";
            Api.Answer answer = api.as(token, "POST", "/api/data/batch", batch);
            assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
            assertThat(answer.body().at("/errors/0"))
                    .isEqualTo(Api.object(
                            "field", "operations[0].op", "message", "must be one of create, put, delete, check"));
        }
    }

    private ObjectNode[] many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> operation("put", key + "/" + i, String.valueOf(i)))
                .toArray(ObjectNode[]::new);
    }

    @Test
    void takesABodyOfEightMebibytes() {
        String batch = batch(operation("put", key, "x")).toString();
        assertThat(api.as(token, "POST", "/api/data/batch", batch + " ".repeat(MAX_BYTES - batch.length()))
                        .outcome())
                .isEqualTo("200");
        assertThat(api.as(token, "POST", "/api/data/batch", batch + " ".repeat(MAX_BYTES - batch.length() + 1))
                        .outcome())
                .isEqualTo("413 PAYLOAD_TOO_LARGE");
    }

    /** The largest values that a batch has room for. */
    @Test
    void takesLongValues() {
        String mebibyte = "x".repeat(1 << 20);
        ObjectNode[] operations = IntStream.range(0, 7)
                .mapToObj(i -> operation("put", key + "/" + i, mebibyte))
                .toArray(ObjectNode[]::new);
        assertThat(run(operations).outcome()).isEqualTo("200");
        Api.Answer refused = run(operation("put", key, "x"), operation("put", key, mebibyte + "x"));
        assertThat(refused.outcome()).isEqualTo("400 INVALID_VALUE");
        assertThat(refused.body().at("/errors/0/field").textValue()).isEqualTo("operations[1].value");
    }

    /** As in every body but a patch. */
    @ParameterizedTest
    @CsvSource({"create, 201", "put, 201", "check, 404 KEY_NOT_FOUND", "delete, 404 KEY_NOT_FOUND"})
    void takesNullForNotGiven(String op, String outcome) {
        boolean hasValue = op.equals("create") || op.equals("put");
        ObjectNode plain = operation(op, key, hasValue ? "1" : null);
        ObjectNode nulls = operation(op, key + "/nulls", hasValue ? "1" : null)
                .putNull("expires_in")
                .putNull("if_match")
                .putNull("if_none_match")
                .putNull("no_such_member");
        if (!hasValue) {
            nulls.putNull("value");
        }
        for (ObjectNode operation : List.of(plain, nulls)) {
            Api.Answer answer = run(operation);
            JsonNode status = answer.body().at("/data/results/0/status");
            assertThat(status.isMissingNode() ? answer.outcome() : status.asText())
                    .isEqualTo(outcome);
        }
        if (hasValue) {
            assertThat(api.read(token, key + "/nulls").body().at("/data").has("expires_at"))
                    .isFalse();
        }
        // A condition beside a null one is one all the same.
        assertThat(run(operation(op, key, hasValue ? "1" : null)
                                .putNull("if_none_match")
                                .put("if_match", "\"0\""))
                        .outcome())
                .isEqualTo("412 PRECONDITION_FAILED");
    }

    @Test
    void takesNoNullForWhatIsRequired() {
        for (String batch : List.of(
                "{\"operations\":null}",
                "{\"operations\":[null]}",
                "{\"operations\":[{\"op\":null,\"key\":\"k\"}]}",
                "{\"operations\":[{\"op\":\"delete\",\"key\":\"k\"},null]}")) {
            assertThat(api.as(token, "POST", "/api/data/batch", batch).outcome())
                    .as(batch)
                    .isEqualTo("400 INVALID_REQUEST");
        }
        assertThat(run(operation("delete", null, null)).outcome()).isEqualTo("400 INVALID_KEY");
        for (String op : List.of("create", "put")) {
            Api.Answer refused = run(operation(op, key, null).putNull("value"));
            assertThat(refused.outcome()).isEqualTo("400 INVALID_VALUE");
            assertThat(refused.body().at("/errors/0/field").textValue()).isEqualTo("operations[0].value");
        }
    }

    /** Only a POST to that path is a batch. */
    @Test
    void leavesItsNameToAnEntry() {
        String own = api.newToken();
        assertThat(api.create(own, "batch", "1").outcome()).isEqualTo("201");
        assertThat(api.read(own, "batch").body().at("/data/value").textValue()).isEqualTo("1");
        assertThat(api.update(own, "batch", "2").outcome()).isEqualTo("200");
        assertThat(api.as(own, "PUT", "/api/data/batch?upsert=true", "{\"value\":\"3\"}")
                        .outcome())
                .isEqualTo("200");
        assertThat(api.as(own, "PATCH", "/api/data/batch", "{\"expires_in\":60}")
                        .outcome())
                .isEqualTo("200");
        assertThat(api.as(own, "HEAD", "/api/data/batch", null).status()).isEqualTo(200);
        assertThat(api.delete(own, "batch").outcome()).isEqualTo("200");
        assertThat(api.read(own, "batch").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.as(own, "OPTIONS", "/api/data/batch", null)
                        .header("Allow")
                        .split(", ?"))
                .contains("GET", "PUT", "PATCH", "DELETE", "POST");
    }

    private Api.Answer run(ObjectNode... operations) {
        return run(token, operations);
    }

    private Api.Answer run(String user, ObjectNode... operations) {
        return api.as(user, "POST", "/api/data/batch", batch(operations).toString());
    }

    private static ObjectNode batch(ObjectNode... operations) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode().addAll(List.of(operations));
        return JsonNodeFactory.instance.objectNode().set("operations", all);
    }

    private static ObjectNode operation(String op, String key, String value) {
        ObjectNode operation = Api.object("op", op, "key", key);
        return value == null ? operation : operation.put("value", value);
    }

    private JsonNode usage() {
        return api.as(token, "GET", "/api/me", null).body().at("/data/usage");
    }
}
