package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How long, how large, and of which pattern a value may be. */
final class Limits {
    private static final Set<String> AT_MOST =
            Set.of("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties");
    private static final Set<String> AT_LEAST =
            Set.of("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties");
    private static final Set<String> FROM_ZERO = Set.of("minLength", "minItems", "minProperties");
    private static final String PATTERN = "pattern";

    /** The keywords that this knows. */
    static final Set<String> KEYWORDS = Stream.of(AT_MOST, AT_LEAST, Set.of(PATTERN))
            .flatMap(Collection::stream)
            .collect(Collectors.toCollection(TreeSet::new));

    private Limits() {}

    /** Where a request may do less than before, or a response more. */
    static List<String> compare(Direction direction, JsonNode was, JsonNode is) {
        JsonNode outer = direction == Direction.REQUEST ? was : is;
        JsonNode inner = direction == Direction.REQUEST ? is : was;
        List<String> changes = new ArrayList<>();
        for (String keyword : KEYWORDS) {
            boolean isRewritten =
                    keyword.equals(PATTERN) && RewrittenPatterns.contain(was.path(PATTERN), is.path(PATTERN));
            if (!isRewritten && !allows(keyword, inner, outer)) {
                changes.add(Breaks.change(keyword, was, is));
            }
        }
        return changes;
    }

    /** Whether {@code inner} lets everything pass that {@code outer} does; of patterns nobody can tell, so they must be equal. */
    private static boolean allows(String keyword, JsonNode inner, JsonNode outer) {
        if (keyword.equals(PATTERN)) {
            return !inner.has(PATTERN) || inner.path(PATTERN).equals(outer.path(PATTERN));
        }
        BigDecimal mine = limit(keyword, inner);
        BigDecimal other = limit(keyword, outer);
        if (mine == null || other == null) {
            return mine == null;
        }
        return AT_MOST.contains(keyword) ? mine.compareTo(other) >= 0 : mine.compareTo(other) <= 0;
    }

    private static BigDecimal limit(String keyword, JsonNode schema) {
        if (schema.has(keyword)) {
            return schema.path(keyword).decimalValue();
        }
        return FROM_ZERO.contains(keyword) ? BigDecimal.ZERO : null;
    }
}
