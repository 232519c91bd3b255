package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers that pages of allowed origins may send in addition to those of the API.
 *
 * @param values their names; {@code *} allows all
 */
public record AllowedHeaders(Set<String> values) {
    /** RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

    public AllowedHeaders {
        values = Set.copyOf(values);
    }

    /** No additional headers. */
    static AllowedHeaders none() {
        return new AllowedHeaders(Set.of());
    }

    /**
     * Parses names separated by commas.
     *
     * @throws IllegalArgumentException if one of them is not a header name
     */
    @JsonCreator
    public static AllowedHeaders parse(String text) {
        Set<String> names = new LinkedHashSet<>(Arrays.asList(text.strip().split("\\s*,\\s*", -1)));
        for (String name : names) {
            if (!TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is not the name of a header, such as X-Tenant");
            }
        }
        return new AllowedHeaders(names);
    }
}
