package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What an operation is called and takes, before and now. */
final class OperationComparison {
    private static final String REFUSED = "Requests that were right are refused";
    private static final String DOES_NOT_COMPILE = "Code that uses the SDKs does not compile";

    private final JsonNode released;
    private final JsonNode current;
    private final Breaks breaks;
    private final SchemaComparison schemas;
    private final ResponseComparison responses;

    OperationComparison(JsonNode released, JsonNode current, Breaks breaks) {
        this.released = released;
        this.current = current;
        this.breaks = breaks;
        this.schemas = new SchemaComparison(released, current, breaks);
        this.responses = new ResponseComparison(released, current, breaks, schemas);
    }

    ResponseComparison responses() {
        return responses;
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
        Map<String, JsonNode> parametersBefore = parameters(released, before);
        Map<String, JsonNode> parametersAfter = parameters(current, after);
        compareParameters(place, parametersBefore, parametersAfter);
        compareBody(
                place,
                References.resolve(released, before.node().path("requestBody")),
                References.resolve(current, after.node().path("requestBody")));
        responses.compare(
                place,
                before.node().path("responses"),
                after.node().path("responses"),
                newNames(parametersBefore, parametersAfter));
        if (!Access.of(released, before.node()).allows(Access.of(current, after.node()))) {
            breaks.add(place, "it asks for other credentials", REFUSED);
        }
        compareBehaviour(place, before, after);
    }

    private void compareBehaviour(String place, Operation before, Operation after) {
        if (!ClientBehaviour.isSaidOf(before) && !ClientBehaviour.isSaidOf(after)) {
            return;
        }
        ClientBehaviour released = ClientBehaviour.released(before);
        ClientBehaviour current = ClientBehaviour.of(after);
        if (!current.repeatsAsOftenAs(released)) {
            breaks.add(
                    place,
                    "its `x-repeat` is " + current.repeat() + ", was " + released.repeat(),
                    "Clients send it again where it may have been done already");
        }
        if (current.endsSession() != released.endsSession()) {
            breaks.add(
                    place,
                    "its `x-ends-session` is " + current.endsSession() + ", was " + released.endsSession(),
                    current.endsSession()
                            ? "Clients go on with tokens that are void"
                            : "Clients forget tokens that are still good");
        }
    }

    private static Set<String> newNames(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        return after.entrySet().stream()
                .filter(parameter -> !before.containsKey(parameter.getKey()))
                .map(parameter -> parameter.getValue().path("name").asText())
                .collect(Collectors.toSet());
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
        schemas.compareContent(Direction.REQUEST, operation, place, before.path("content"), after.path("content"));
    }

    private void requireNoMore(String place, JsonNode before, JsonNode after) {
        if (after.path("required").asBoolean() && !before.path("required").asBoolean()) {
            breaks.add(place, "it is required", REFUSED);
        }
    }
}
