package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** What clients get, before and now. */
final class ResponseComparison {
    private static final String IN_VAIN = "Clients look for it in vain";

    private final JsonNode released;
    private final JsonNode current;
    private final Breaks breaks;
    private final SchemaComparison schemas;
    private final Set<String> compared = new HashSet<>();

    ResponseComparison(JsonNode released, JsonNode current, Breaks breaks, SchemaComparison schemas) {
        this.released = released;
        this.current = current;
        this.breaks = breaks;
        this.schemas = schemas;
    }

    /** {@code newParameters} are those that no client of the release sends. */
    void compare(String place, JsonNode before, JsonNode after, Set<String> newParameters) {
        before.properties().forEach(response -> {
            String status = response.getKey();
            if (!after.has(status)) {
                breaks.add(place, "there is no answer " + status + " any more", IN_VAIN);
            } else if (isNew(response.getValue(), after.path(status))) {
                compareResponse(
                        place,
                        status,
                        References.resolve(released, response.getValue()),
                        References.resolve(current, after.path(status)));
            }
        });
        after.fieldNames().forEachRemaining(status -> {
            if (!before.has(status) && !isError(status) && !needsOneOf(newParameters, after.path(status))) {
                breaks.add(place, "there is a new answer " + status, "Clients do not know what it means");
            }
        });
    }

    /** Whether only requests with one of these parameters get the response. */
    private static boolean needsOneOf(Set<String> newParameters, JsonNode response) {
        JsonNode needed = response.path("x-only-with");
        return !needed.isEmpty() && needed.valueStream().map(JsonNode::asText).allMatch(newParameters::contains);
    }

    private void compareResponse(String operation, String status, JsonNode before, JsonNode after) {
        String place = operation + ", answer " + status;
        breaks.addUnknown(place, before, after, Set.of("headers", "content"));
        schemas.compareContent(Direction.RESPONSE, operation, place, before.path("content"), after.path("content"));
        before.path("headers").properties().forEach(header -> {
            JsonNode now = after.path("headers").path(header.getKey());
            if (now.isMissingNode() || isNew(header.getValue(), now)) {
                compareHeader(
                        operation,
                        place + ", header " + header.getKey(),
                        References.resolve(released, header.getValue()),
                        References.resolve(current, now));
            }
        });
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
            breaks.add(place, "it is gone", IN_VAIN);
            return;
        }
        if (before.path("required").asBoolean() && !after.path("required").asBoolean()) {
            breaks.add(place, "it may be absent", IN_VAIN);
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

    /** A component is compared where it is met first, and not again. */
    private boolean isNew(JsonNode before, JsonNode after) {
        return !before.has("$ref") || compared.add(before + " " + after);
    }

    /**
     * An operation may fail in new ways; clients go by the code, and are told to expect ones that they do not know. Of these is the
     * default.
     */
    private static boolean isError(String status) {
        return status.startsWith("4") || status.startsWith("5") || status.equals("default");
    }
}
