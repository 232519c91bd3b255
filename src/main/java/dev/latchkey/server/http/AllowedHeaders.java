package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which headers pages of other origins may send, beside those that the API has a use for.
 *
 * @param values their names; {@code *} is any
 */
public record AllowedHeaders(Set<String> values) {
    /** RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

    public AllowedHeaders {
        values = Set.copyOf(values);
    }

    /** No other. */
    static AllowedHeaders none() {
        return new AllowedHeaders(Set.of());
    }

    /**
     * Reads names with commas between them.
     *
     * @throws IllegalArgumentException where one of them cannot be a header's
     */
    @JsonCreator
    public static AllowedHeaders parse(String text) {
        Set<String> names = new LinkedHashSet<>(Arrays.asList(text.strip().split("\\s*,\\s*", -1)));
        for (String name : names) {
            if (!TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is no name of a header, such as X-Tenant");
            }
        }
        return new AllowedHeaders(names);
    }
}
