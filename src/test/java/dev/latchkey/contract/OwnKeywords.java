package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What the contract says of values in keywords of Latchkey's own: bounds that JSON Schema has no word for, and the codes of errors. */
final class OwnKeywords {
    private static final Set<String> CODES = Set.of("x-error-code", "x-error-code-if-missing");
    private static final String FORMAT = "x-format";
    private static final String MAX_BYTES = "x-max-bytes";

    private final JsonNode released;
    private final Breaks breaks;

    /** {@code released} is the whole contract of the last release. */
    OwnKeywords(JsonNode released, Breaks breaks) {
        this.released = released;
        this.breaks = breaks;
    }

    /** Compares what is said of a value that clients send. */
    void compare(String place, JsonNode was, JsonNode is) {
        for (String code : CODES) {
            if (wasSaid(code) && !was.path(code).equals(is.path(code))) {
                breaks.add(
                        place,
                        Breaks.change(code, was, is),
                        "Clients that tell errors by their code take it for another");
            }
        }
        boolean isOfAnotherFormat = is.has(FORMAT) && !is.path(FORMAT).equals(was.path(FORMAT));
        if (wasSaid(FORMAT) && isOfAnotherFormat) {
            breaks.add(place, Breaks.change(FORMAT, was, is), SchemaComparison.REFUSED);
        }
        if (wasSaid(MAX_BYTES) && maxBytes(is) < maxBytes(was)) {
            breaks.add(place, Breaks.change(MAX_BYTES, was, is), SchemaComparison.REFUSED);
        }
    }

    /** Before a keyword is used at all its meaning was in words, or in Java, and nobody can compare that. */
    private boolean wasSaid(String keyword) {
        return released.findValue(keyword) != null;
    }

    private static long maxBytes(JsonNode schema) {
        return schema.path(MAX_BYTES).asLong(Long.MAX_VALUE);
    }
}
