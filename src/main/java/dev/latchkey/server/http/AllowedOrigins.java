package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose pages may call this server from a browser.
 *
 * @param values each as a browser sends it, or {@link #ANY} alone
 */
public record AllowedOrigins(Set<String> values) {
    /** Pages of every origin. */
    static final String ANY = "*";

    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");
    private static final Pattern DEFAULT_PORT = Pattern.compile("http://.*:80|https://.*:443");

    public AllowedOrigins {
        values = Set.copyOf(values);
    }

    /** Nobody's. */
    static AllowedOrigins none() {
        return new AllowedOrigins(Set.of());
    }

    /**
     * Reads origins with commas between them, or {@link #ANY}.
     *
     * @throws IllegalArgumentException where a browser would never send one of them
     */
    @JsonCreator
    public static AllowedOrigins parse(String text) {
        Set<String> origins = new LinkedHashSet<>(Arrays.asList(text.strip().split("\\s*,\\s*", -1)));
        if (!origins.equals(Set.of(ANY))) {
            origins.forEach(AllowedOrigins::requireOrigin);
        }
        return new AllowedOrigins(origins);
    }

    private static void requireOrigin(String origin) {
        if (!ORIGIN.matcher(origin).matches() || DEFAULT_PORT.matcher(origin).matches()) {
            throw new IllegalArgumentException("'" + origin
                    + "' is no origin as browsers send it, such as https://app.example.com or http://localhost:5173");
        }
    }
}
