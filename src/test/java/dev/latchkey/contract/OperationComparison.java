package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a client sends to an operation and gets from it, before and now. */
final class OperationComparison {
    private static final String REFUSED = "Requests that were right are refused";
    private static final String DOES_NOT_COMPILE = "Code that uses the SDKs does not compile";
    private static final String NOT_FOUND_IN_ANSWERS = "Clients look for it in vain";

    private final JsonNode released;
    private final JsonNode current;
    private final Breaks breaks;
    private final SchemaComparison schemas;

    OperationComparison(JsonNode released, JsonNode current, Breaks breaks) {
        this.released = released;
        this.current = current;
        this.breaks = breaks;
        this.schemas = new SchemaComparison(released, current, breaks);
    }

    void compare(Operation before, Operation after) {
        String place = before.name();
        if (!before.id().equals(after.id())) {
            breaks.add(place, "its operationId is " + after.id(), DOES_NOT_COMPILE);
        }
        before.node().path("tags").forEach(tag -> {
            if (after.node().path("tags").valueStream().noneMatch(tag::equals)) {
                breaks.add(place, "it is no longer under the tag " + tag.asText(), DOES_NOT_COMPILE);
            }
        });
        breaks.addUnknown(
                place,
                before.node(),
                after.node(),
                Set.of("operationId", "tags", "parameters", "requestBody", "responses", "security"));
        compareParameters(place, parameters(released, before), parameters(current, after));
        compareBody(
                place,
                References.resolve(released, before.node().path("requestBody")),
                References.resolve(current, after.node().path("requestBody")));
        compareResponses(place, before.node().path("responses"), after.node().path("responses"));
        if (!Access.of(released, before.node()).allows(Access.of(current, after.node()))) {
            breaks.add(place, "it asks for other credentials", REFUSED);
        }
    }

    void compareResponses(String place, JsonNode before, JsonNode after) {
        before.properties().forEach(response -> {
            String status = response.getKey();
            if (after.has(status)) {
                compareResponse(
                        place,
                        status,
                        References.resolve(released, response.getValue()),
                        References.resolve(current, after.path(status)));
            } else {
                breaks.add(place, "there is no answer " + status + " any more", NOT_FOUND_IN_ANSWERS);
            }
        });
        after.fieldNames().forEachRemaining(status -> {
            if (!before.has(status) && !isError(status)) {
                breaks.add(place, "there is a new answer " + status, "Clients do not know what it means");
            }
        });
    }

    /** An operation may fail in new ways; clients go by the code, and are told to expect ones that they do not know. */
    private static boolean isError(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    private static Map<String, JsonNode> parameters(JsonNode document, Operation operation) {
        Map<String, JsonNode> parameters = new LinkedHashMap<>();
        operation.parameters().stream()
                .map(parameter -> References.resolve(document, parameter))
                .forEach(parameter -> parameters.put(
                        parameter.path("in").asText() + " parameter "
                                + parameter.path("name").asText(),
                        parameter));
        return parameters;
    }

    private void compareParameters(String place, Map<String, JsonNode> before, Map<String, JsonNode> after) {
        before.forEach((name, parameter) -> {
            if (after.containsKey(name)) {
                JsonNode now = after.get(name);
                requireNoMore(place + ", " + name, parameter, now);
                breaks.addUnknown(place + ", " + name, parameter, now, Set.of("required", "schema"));
                schemas.compare(
                        Direction.REQUEST, place, place + ", " + name, parameter.path("schema"), now.path("schema"));
            } else {
                breaks.add(place, "its " + name + " is gone", "What clients send there is ignored or refused");
            }
        });
        after.forEach((name, parameter) -> {
            if (!before.containsKey(name)) {
                requireNoMore(place + ", new " + name, References.NOTHING, parameter);
            }
        });
        List<String> first = after.keySet().stream().limit(before.size()).toList();
        if (after.keySet().containsAll(before.keySet()) && !first.equals(List.copyOf(before.keySet()))) {
            breaks.add(place, "its parameters are in another order", DOES_NOT_COMPILE);
        }
    }

    private void compareBody(String operation, JsonNode before, JsonNode after) {
        String place = operation + ", request body";
        requireNoMore(place, before, after);
        if (!before.isMissingNode() && after.isMissingNode()) {
            breaks.add(place, "it is no longer taken", "What clients send there is ignored or refused");
            return;
        }
        breaks.addUnknown(place, before, after, Set.of("required", "content"));
        compareContent(Direction.REQUEST, operation, place, before.path("content"), after.path("content"));
    }

    private void requireNoMore(String place, JsonNode before, JsonNode after) {
        if (after.path("required").asBoolean() && !before.path("required").asBoolean()) {
            breaks.add(place, "it is required", REFUSED);
        }
    }

    private void compareResponse(String operation, String status, JsonNode before, JsonNode after) {
        String place = operation + ", answer " + status;
        breaks.addUnknown(place, before, after, Set.of("headers", "content"));
        compareContent(Direction.RESPONSE, operation, place, before.path("content"), after.path("content"));
        before.path("headers")
                .properties()
                .forEach(header -> compareHeader(
                        operation,
                        place + ", header " + header.getKey(),
                        References.resolve(released, header.getValue()),
                        References.resolve(current, after.path("headers").path(header.getKey()))));
        if (isError(status)) {
            before.path("content")
                    .properties()
                    .forEach(type -> compareCodes(
                            place,
                            type.getValue().path("examples"),
                            after.at("/content/" + References.escape(type.getKey()))
                                    .path("examples")));
        }
    }

    private void compareHeader(String operation, String place, JsonNode before, JsonNode after) {
        if (after.isMissingNode()) {
            breaks.add(place, "it is gone", NOT_FOUND_IN_ANSWERS);
            return;
        }
        if (before.path("required").asBoolean() && !after.path("required").asBoolean()) {
            breaks.add(place, "it may be absent", NOT_FOUND_IN_ANSWERS);
        }
        breaks.addUnknown(place, before, after, Set.of("required", "schema"));
        schemas.compare(Direction.RESPONSE, operation, place, before.path("schema"), after.path("schema"));
    }

    /** The examples of an error are named by its code. */
    private void compareCodes(String place, JsonNode before, JsonNode after) {
        before.fieldNames().forEachRemaining(code -> {
            if (!after.has(code)) {
                breaks.add(
                        place, "it has no code " + code + " any more", "Clients that wait for this code do not get it");
            }
        });
    }

    private void compareContent(Direction direction, String operation, String place, JsonNode before, JsonNode after) {
        before.properties().forEach(content -> {
            String type = content.getKey();
            if (!after.has(type)) {
                breaks.add(
                        place,
                        "there is no " + type + " any more",
                        direction == Direction.REQUEST ? REFUSED : "Clients cannot read what comes instead");
                return;
            }
            breaks.addUnknown(place + ", " + type, content.getValue(), after.path(type), Set.of("schema"));
            schemas.compare(
                    direction,
                    operation,
                    place,
                    content.getValue().path("schema"),
                    after.path(type).path("schema"));
        });
    }
}
