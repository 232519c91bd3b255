package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What was found so far, each thing once. */
final class Breaks {
    /** For people; a client cannot depend on it. */
    private static final Set<String> WORDS =
            Set.of("description", "summary", "example", "examples", "deprecated", "externalDocs");

    private final Set<Break> found = new LinkedHashSet<>();

    List<Break> found() {
        return new ArrayList<>(found);
    }

    void add(String place, String change, String consequence) {
        found.add(new Break(place, change, consequence));
    }

    /** Takes any change of a keyword that no rule knows for a break, so that nothing passes because nobody thought of it. */
    void addUnknown(String place, JsonNode released, JsonNode current, Set<String> known) {
        Set<String> keywords = new TreeSet<>();
        released.fieldNames().forEachRemaining(keywords::add);
        current.fieldNames().forEachRemaining(keywords::add);
        keywords.removeAll(known);
        keywords.removeAll(WORDS);
        keywords.removeIf(keyword -> keyword.startsWith("x-"));
        for (String keyword : keywords) {
            if (!released.path(keyword).equals(current.path(keyword))) {
                add(
                        place,
                        change(keyword, released, current),
                        "The gate has no rule for this, and takes it for a break");
            }
        }
    }

    static String change(String keyword, JsonNode released, JsonNode current) {
        return "its `" + keyword + "` is " + text(current, keyword) + ", was " + text(released, keyword);
    }

    private static String text(JsonNode parent, String keyword) {
        return parent.has(keyword) ? parent.path(keyword).toString() : "absent";
    }
}
