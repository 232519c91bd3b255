package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a value may be, before and now. A client may check what it receives as well as what it sends, or set aside as much room as
 * the released schema says: an answer beyond that is one that it does not expect.
 */
final class SchemaComparison {
    /** The contract tells clients to expect values of these that they do not know. */
    private static final Set<String> OPEN_ENUMS = Set.of("ErrorCode");

    private static final Set<String> KNOWN = known();
    static final String REFUSED = "Requests that were right are refused";
    private static final String NOT_TAKEN = "Clients that rely on the contract do not expect it";
    private static final String ANOTHER_TYPE = "Clients write and read another one";
    private static final String DOES_NOT_COMPILE = "Code that uses the SDKs does not compile";

    private final JsonNode released;
    private final JsonNode current;
    private final Breaks breaks;
    private final OwnKeywords ownKeywords;
    private final Set<String> compared = new HashSet<>();

    SchemaComparison(JsonNode released, JsonNode current, Breaks breaks) {
        this.released = released;
        this.current = current;
        this.breaks = breaks;
        this.ownKeywords = new OwnKeywords(released, breaks);
    }

    /** Compares a schema and all that it is made of; each component once for each direction. */
    void compare(Direction direction, String operation, String place, JsonNode before, JsonNode after) {
        String name = References.name(before);
        if (!name.isEmpty() && !compared.add(direction + " " + before + " " + after)) {
            return;
        }
        JsonNode was = References.resolve(released, before);
        JsonNode is = References.resolve(current, after);
        if (!name.equals(References.name(after)) && (isTypeOfItsOwn(was) || isTypeOfItsOwn(is))) {
            breaks.add(place, "its type has the name " + named(after) + ", was " + named(before), DOES_NOT_COMPILE);
        }
        String here = name.isEmpty() || !name.equals(References.name(after))
                ? place
                : "schema " + name + " " + direction + " of " + operation;
        if (!types(was).equals(types(is))) {
            breaks.add(here, "its type is " + types(is) + ", was " + types(was), ANOTHER_TYPE);
            return;
        }
        compareNull(direction, here, was, is);
        compareEnum(direction, here, name, was, is);
        compareRequired(direction, here, was, is);
        Limits.compare(direction, was, is)
                .forEach(change -> breaks.add(here, change, direction == Direction.REQUEST ? REFUSED : NOT_TAKEN));
        if (!was.path("format").equals(is.path("format"))) {
            breaks.add(here, Breaks.change("format", was, is), ANOTHER_TYPE);
        }
        if (direction == Direction.REQUEST) {
            ownKeywords.compare(here, was, is);
        }
        if (direction == Direction.REQUEST
                && !was.path("default").equals(is.path("default"))
                && !isNowSaidInWords(was, is)) {
            breaks.add(here, Breaks.change("default", was, is), "Requests without it mean something else");
        }
        breaks.addUnknown(here, was, is, KNOWN);
        compareParts(direction, operation, here, was, is);
    }

    /** Compares bodies, by media type. */
    void compareContent(Direction direction, String operation, String place, JsonNode before, JsonNode after) {
        before.properties().forEach(content -> {
            String type = content.getKey();
            if (!after.has(type)) {
                breaks.add(
                        place,
                        "there is no " + type + " any more",
                        direction == Direction.REQUEST ? REFUSED : NOT_TAKEN);
                return;
            }
            breaks.addUnknown(place + ", " + type, content.getValue(), after.path(type), Set.of("schema"));
            compare(
                    direction,
                    operation,
                    place,
                    content.getValue().path("schema"),
                    after.path(type).path("schema"));
        });
    }

    private void compareParts(Direction direction, String operation, String place, JsonNode was, JsonNode is) {
        was.path("properties").properties().forEach(member -> {
            String here = place + ", member " + member.getKey();
            JsonNode now = is.path("properties").path(member.getKey());
            if (now.isMissingNode()) {
                breaks.add(
                        here,
                        "it is gone",
                        direction == Direction.REQUEST
                                ? "What clients send there is ignored"
                                : "Clients look for it in vain");
            } else {
                compare(direction, operation, here, member.getValue(), now);
            }
        });
        if (was.has("items") || is.has("items")) {
            compare(direction, operation, place + ", elements", was.path("items"), is.path("items"));
        }
    }

    private void compareNull(Direction direction, String place, JsonNode was, JsonNode is) {
        if (direction == Direction.REQUEST && takesNull(was) && !takesNull(is)) {
            breaks.add(place, "it may no longer be null", REFUSED);
        }
        if (direction == Direction.RESPONSE && !takesNull(was) && takesNull(is)) {
            breaks.add(place, "it may be null", NOT_TAKEN);
        }
    }

    private void compareEnum(Direction direction, String place, String name, JsonNode was, JsonNode is) {
        if (was.has("enum") != is.has("enum")) {
            breaks.add(place, Breaks.change("enum", was, is), ANOTHER_TYPE);
            return;
        }
        Set<String> gone = values(was.path("enum"));
        gone.removeAll(values(is.path("enum")));
        if (!gone.isEmpty()) {
            breaks.add(place, "it has no value " + gone + " any more", "Clients that use one of these fail");
        }
        Set<String> added = values(is.path("enum"));
        added.removeAll(values(was.path("enum")));
        if (direction == Direction.RESPONSE && !added.isEmpty() && !OPEN_ENUMS.contains(name)) {
            breaks.add(place, "it has new values " + added, NOT_TAKEN);
        }
    }

    private void compareRequired(Direction direction, String place, JsonNode was, JsonNode is) {
        Set<String> before = values(was.path("required"));
        Set<String> now = values(is.path("required"));
        if (direction == Direction.REQUEST) {
            now.removeAll(before);
            now.forEach(member -> breaks.add(place, "its member " + member + " is required", REFUSED));
        } else {
            before.removeAll(now);
            before.forEach(member ->
                    breaks.add(place, "its member " + member + " may be absent", "Clients look for it in vain"));
        }
    }

    /** False is what absence means in any case, and some generators take what has a default for what is always there. */
    private static boolean isNowSaidInWords(JsonNode was, JsonNode is) {
        return was.path("default").isBoolean() && !was.path("default").booleanValue() && !is.has("default");
    }

    /** Whether the SDKs have a class for it, which has its name. */
    private static boolean isTypeOfItsOwn(JsonNode schema) {
        return schema.has("properties") || schema.has("enum");
    }

    private static String named(JsonNode schema) {
        String name = References.name(schema);
        return name.isEmpty() ? "of its place" : name;
    }

    /** All but null; none for a schema that says nothing about it. */
    private static Set<String> types(JsonNode schema) {
        Set<String> types = allTypes(schema);
        types.remove("null");
        return types;
    }

    private static boolean takesNull(JsonNode schema) {
        return allTypes(schema).contains("null");
    }

    private static Set<String> allTypes(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isTextual() ? new TreeSet<>(Set.of(type.asText())) : values(type);
    }

    private static Set<String> values(JsonNode array) {
        Set<String> values = new TreeSet<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(Limits.KEYWORDS);
        known.addAll(Set.of("type", "format", "enum", "required", "properties", "items", "default"));
        return known;
    }
}
