package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Patterns of a release that not every language reads alike, or at all, and what stands for them since: the part that all can say.
 *
 * <p>To a client that is no break. Each of these lets pass all that the server took under the released one, and what the server takes and gives is no more than before, for it goes by the words beside the pattern:
 * {@code PatternsIT} holds it against the released patterns.
 */
final class RewrittenPatterns {
    private static final Map<String, String> REWRITTEN = Map.of(
            "^[^\\x00-\\x2C\\x2F\\x3A-\\x40\\x5B-\\x5E\\x60\\x7B-\\xA9\\u2000-\\u206F\\u2190-\\u2BFF\\u3000-\\u3004]+$",
            "^[^\\x00-\\x2C\\x2F\\x3A-\\x40\\x5B-\\x5E\\x60\\x7B-\\x7F]+$",
            "^[^@\\s]+@[^@\\s]+\\.[^@\\s.]+$",
            "^[^\\x00-\\x20\\x7F@]+@[^\\x00-\\x20\\x7F@]+[.][^\\x00-\\x20\\x7F@.]+$",
            "^[\\s\\S]*\\S[\\s\\S]*$",
            "^[^\\x00]*[^\\x00\\x09-\\x0D\\x20][^\\x00]*$",
            "^(?!\\.{1,2}$)[^\\x00-\\x1F\\x7F-\\x9F]+$",
            "^[^\\x00-\\x1F\\x7F]+$");

    private RewrittenPatterns() {}

    static boolean contain(JsonNode was, JsonNode is) {
        return was.isTextual() && is.isTextual() && is.textValue().equals(REWRITTEN.get(was.textValue()));
    }
}
