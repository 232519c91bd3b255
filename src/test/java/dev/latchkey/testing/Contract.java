package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * {@code api/openapi.yaml} as a judge: checks every answer that any test gets, and remembers which of the declared ones were
 * seen. Promises 24 and 25: each error has the shape of the contract and names no framework, and no answer names its server.
 */
public final class Contract {
    private static final JsonNode DOCUMENT = load();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<JsonNode, Schema> COMPILED = new ConcurrentHashMap<>();
    private static final JsonNode ANY_REQUEST = DOCUMENT.path("x-responses-to-any-request");
    private static final String ANY = "any request";
    private static final Pattern BACKSTAGE =
            Pattern.compile("(?i)jetty|jersey|jackson|dropwizard|java\\.|org\\.|<html|exception|caused by");

    /** Paths of the server that are not the API's; only their errors are. */
    private static final Pattern PAGES =
            Pattern.compile("/|/docs(/.*)?|/openapi\\.(yaml|json)|/verify|/reset|/pages/.*");

    private static final Set<String> SEEN = new ConcurrentSkipListSet<>();

    private Contract() {}

    /** Fails unless the contract declares this answer, to the letter. */
    public static void check(Exchange exchange) {
        checkHeadersOfAll(exchange);
        boolean isPage = PAGES.matcher(exchange.path()).matches();
        if (isPage && Set.of(200, 302, 304).contains(exchange.status())) {
            return;
        }
        String code = exchange.status() < 400 || exchange.method().equals("HEAD")
                ? ""
                : read(exchange).path("code").asText("(no code)");
        JsonNode path = path(exchange);
        JsonNode operation = path.path(method(exchange));
        JsonNode declared = response(operation.path("responses"), exchange.status(), code);
        String name = operation.path("operationId").asText();
        if (declared == null) {
            declared = response(ANY_REQUEST, exchange.status(), code);
            name = ANY;
        }
        if (declared == null && isPage && exchange.status() == 503) {
            declared = DOCUMENT.at("/components/responses/Unavailable");
            name = "a page";
        }
        if (declared == null) {
            throw new AssertionError("The contract does not declare " + exchange);
        }
        checkHeaders(declared, exchange);
        if (declared.has("content") && !exchange.method().equals("HEAD")) {
            checkBody(declared, code, ownWords(operation.isMissingNode() ? path : List.of(operation), code), exchange);
        }
        SEEN.add(line(name, exchange.status(), code));
    }

    /** Makes every declared answer one that was not seen. */
    public static void forgetSeen() {
        SEEN.clear();
    }

    /** Each operation, status and error code that the contract declares and no test in this JVM has got since {@link #forgetSeen}. */
    public static Set<String> unseen() {
        Set<String> unseen = new TreeSet<>();
        DOCUMENT.path("paths")
                .forEach(path -> path.forEach(operation -> {
                    if (operation.has("operationId")) {
                        addAll(unseen, operation.path("operationId").asText(), operation.path("responses"));
                    }
                }));
        addAll(unseen, ANY, ANY_REQUEST);
        unseen.removeAll(SEEN);
        return unseen;
    }

    /** Every example of an error, by code. */
    public static List<JsonNode> errorExamples() {
        return DOCUMENT.findValues("examples").stream()
                .flatMap(examples -> stream(examples.elements()))
                .map(example -> resolve(example).path("value"))
                .toList();
    }

    /** What errors say: the path, the code and the message of each example. */
    public static Set<List<String>> messages() {
        Set<List<String>> messages = new HashSet<>();
        DOCUMENT.path("paths").properties().forEach(path -> stream(
                        path.getValue().findValues("responses").iterator())
                .flatMap(responses -> stream(responses.elements()))
                .flatMap(response -> stream(examples(resolve(response)).elements()))
                .map(example -> resolve(example).path("value"))
                .forEach(error -> messages.add(List.of(
                        path.getKey(),
                        error.path("code").textValue(),
                        error.path("message").textValue()))));
        return messages;
    }

    public static Set<String> errorCodes() {
        Set<String> codes = new TreeSet<>();
        DOCUMENT.at("/components/schemas/ErrorCode/enum").forEach(code -> codes.add(code.textValue()));
        return codes;
    }

    /** Under which statuses the contract declares an error code. */
    public static Set<Integer> statuses(String code) {
        Stream<JsonNode> declared = Stream.concat(
                Stream.of(ANY_REQUEST),
                stream(DOCUMENT.path("paths").elements())
                        .flatMap(path -> stream(path.elements()))
                        .map(operation -> operation.path("responses")));
        return declared.flatMap(responses -> responses.properties().stream())
                .filter(response -> !response.getKey().equals("default"))
                .filter(response -> examples(resolve(response.getValue())).has(code))
                .map(response -> Integer.valueOf(response.getKey()))
                .collect(Collectors.toSet());
    }

    /** Fails unless the contract describes this event of a stream of changes. */
    public static void checkEvent(String event, JsonNode data) {
        JsonNode schema = DOCUMENT.at("/paths/~1api~1changes/get/x-events").path(event);
        if (schema.isMissingNode() || !violations(schema, data).isEmpty()) {
            throw new AssertionError("The contract does not describe the event " + event + ": " + data);
        }
    }

    /** What is wrong with a value, by a schema of the contract. */
    public static List<Error> violations(JsonNode schema, JsonNode value) {
        return COMPILED.computeIfAbsent(schema, Contract::compile).validate(value);
    }

    /** What an operation takes. */
    public record Body(String operationId, String mediaType, JsonNode schema) {

        /** Without those that only responses have. */
        public Set<String> members() {
            return new TreeSet<>(schema.path("properties").properties().stream()
                    .filter(member ->
                            !resolve(member.getValue()).path("readOnly").asBoolean())
                    .map(Map.Entry::getKey)
                    .toList());
        }

        public JsonNode schemaOf(String member) {
            return resolve(schema.path("properties").path(member));
        }

        @Override
        public String toString() {
            return operationId + " (" + mediaType + ")";
        }
    }

    /** Each body that the contract declares, once for each media type. */
    public static List<Body> bodies() {
        return stream(DOCUMENT.path("paths").elements())
                .flatMap(path -> stream(path.elements()))
                .filter(operation -> operation.has("requestBody"))
                .flatMap(operation -> resolve(operation.path("requestBody")).path("content").properties().stream()
                        .map(content -> new Body(
                                operation.path("operationId").asText(),
                                content.getKey(),
                                resolve(content.getValue().path("schema")))))
                .toList();
    }

    /** An operation; {@code body} is null where it takes none. */
    public record Call(String method, String path, Body body) {}

    /** Each operation, once for each media type that it takes. */
    public static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        DOCUMENT.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(operation -> operation.getValue().has("operationId"))
                .forEach(operation -> {
                    String method = operation.getKey().toUpperCase(Locale.ROOT);
                    String id = operation.getValue().path("operationId").asText();
                    List<Body> bodies = bodies().stream()
                            .filter(body -> body.operationId().equals(id))
                            .toList();
                    bodies.forEach(body -> calls.add(new Call(method, path.getKey(), body)));
                    if (bodies.isEmpty()) {
                        calls.add(new Call(method, path.getKey(), null));
                    }
                }));
        return calls;
    }

    public static JsonNode schema(String name) {
        return DOCUMENT.at("/components/schemas/" + name);
    }

    private static JsonNode load() {
        try {
            return new ObjectMapper(new YAMLFactory())
                    .readTree(Path.of("api/openapi.yaml").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String method(Exchange exchange) {
        return exchange.method().equals("HEAD") ? "get" : exchange.method().toLowerCase(Locale.ROOT);
    }

    /** That of the operation; a concrete path comes before one with a parameter, but only where it has the method. */
    private static JsonNode path(Exchange exchange) {
        List<JsonNode> matching = DOCUMENT.path("paths").properties().stream()
                .filter(path -> exchange.path().matches(template(path.getKey())))
                .map(Map.Entry::getValue)
                .toList();
        return matching.stream()
                .filter(path -> path.has(method(exchange)))
                .findFirst()
                .or(() -> matching.stream().findFirst())
                .orElse(MissingNode.getInstance());
    }

    private static String template(String path) {
        return Pattern.quote(path).replaceAll("\\{[^}]+}", "\\\\E[^/]*\\\\Q");
    }

    /** The example of a 400 with this code at any of these operations, which are all that there are at one path. */
    private static JsonNode ownWords(Iterable<JsonNode> operations, String code) {
        JsonNode words = MissingNode.getInstance();
        for (JsonNode operation : operations) {
            if (words.isMissingNode()) {
                words = examples(resolve(operation.at("/responses/400"))).path(code);
            }
        }
        return words;
    }

    /** By its status alone: a default would declare whatever the server may say. */
    private static JsonNode response(JsonNode responses, int status, String code) {
        JsonNode response = resolve(responses.path(String.valueOf(status)));
        if (response.isMissingNode()) {
            return null;
        }
        return code.isEmpty() || examples(response).has(code) ? response : null;
    }

    private static void checkHeaders(JsonNode declared, Exchange exchange) {
        for (Map.Entry<String, JsonNode> header : declared.path("headers").properties()) {
            JsonNode definition = resolve(header.getValue());
            String value = exchange.header(header.getKey()).orElse(null);
            if (value == null) {
                require(!definition.path("required").asBoolean(), header.getKey() + " is missing", exchange);
                continue;
            }
            JsonNode schema = definition.path("schema");
            JsonNode typed = schema.path("type").asText().equals("integer")
                    ? JsonNodeFactory.instance.numberNode(Long.parseLong(value))
                    : JsonNodeFactory.instance.textNode(value);
            require(violations(schema, typed).isEmpty(), header.getKey() + " is not of its schema", exchange);
        }
    }

    private static void checkHeadersOfAll(Exchange exchange) {
        require(exchange.header("X-Request-Id").isPresent(), "has no X-Request-Id", exchange);
        require(
                exchange.header("X-Content-Type-Options").orElse("").equals("nosniff"),
                "no X-Content-Type-Options",
                exchange);
        require(exchange.header("Server").isEmpty(), "names its server", exchange);
    }

    /** {@code ownWords} is the own example of a 400 with this code, whose message goes for any status. */
    private static void checkBody(JsonNode declared, String code, JsonNode ownWords, Exchange exchange) {
        String mediaType = exchange.header("Content-Type").orElse("");
        require(declared.path("content").has(mediaType), "has an undeclared media type", exchange);
        JsonNode body = mediaType.equals("application/json")
                ? read(exchange)
                : JsonNodeFactory.instance.textNode(exchange.body());
        JsonNode schema = declared.path("content").path(mediaType).path("schema");
        List<Error> violations = violations(schema, body);
        require(violations.isEmpty(), "violates its schema: " + violations, exchange);
        if (!code.isEmpty()) {
            require(!BACKSTAGE.matcher(exchange.body()).find(), "tells which framework answered", exchange);
            JsonNode words = ownWords.isMissingNode() ? examples(declared).path(code) : ownWords;
            JsonNode example = resolve(words).path("value");
            require(body.path("message").equals(example.path("message")), "has another message", exchange);
            require(
                    body.path("request_id")
                            .asText()
                            .equals(exchange.header("X-Request-Id").orElse(null)),
                    "has another request_id",
                    exchange);
        } else {
            JsonNode message = resolve(schema).at("/properties/message/default");
            require(message.asText("").equals(body.path("message").asText("")), "has another message", exchange);
        }
    }

    private static void require(boolean condition, String complaint, Exchange exchange) {
        if (!condition) {
            throw new AssertionError("By the contract, this answer " + complaint + ": " + exchange);
        }
    }

    private static JsonNode read(Exchange exchange) {
        try {
            return new ObjectMapper().readTree(exchange.body());
        } catch (IOException e) {
            throw new AssertionError("Not JSON: " + exchange, e);
        }
    }

    private static JsonNode examples(JsonNode response) {
        return response.path("content").path("application/json").path("examples");
    }

    private static void addAll(Set<String> lines, String name, JsonNode responses) {
        responses.properties().stream()
                .filter(declared -> !declared.getKey().equals("default"))
                .forEach(declared -> {
                    int status = Integer.parseInt(declared.getKey());
                    JsonNode response = resolve(declared.getValue());
                    if (status < 400) {
                        lines.add(line(name, status, ""));
                    } else {
                        examples(response).fieldNames().forEachRemaining(code -> lines.add(line(name, status, code)));
                    }
                });
    }

    private static String line(String name, int status, String code) {
        return (name + " " + status + " " + code).strip();
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? resolve(DOCUMENT.at(node.path("$ref").asText().substring(1))) : node;
    }

    /** Closed: what a response says beyond its schema is as undeclared as a status would be. */
    private static Schema compile(JsonNode schema) {
        ObjectNode components = DOCUMENT.path("components").deepCopy();
        components.path("schemas").forEach(component -> {
            if (component.has("properties")) {
                ((ObjectNode) component).put("additionalProperties", false);
            }
        });
        ObjectNode root = schema.deepCopy();
        root.set("components", components);
        return SCHEMAS.getSchema(root);
    }

    private static <T> Stream<T> stream(Iterator<T> iterator) {
        Iterable<T> iterable = () -> iterator;
        return StreamSupport.stream(iterable.spliterator(), false);
    }
}
