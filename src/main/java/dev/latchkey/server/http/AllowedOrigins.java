package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The allowed origins of CORS: their pages may call this server from a browser.
 *
 * @param values each as a browser sends it, or {@link #ANY} alone
 */
public record AllowedOrigins(Set<String> values) {
    /** Allows all origins. */
    static final String ANY = "*";

    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");
    private static final Pattern DEFAULT_PORT = Pattern.compile("http://.*:80|https://.*:443");

    public AllowedOrigins {
        values = Set.copyOf(values);
    }

    /** Allows no origin. */
    static AllowedOrigins none() {
        return new AllowedOrigins(Set.of());
    }

    /**
     * Parses origins separated by commas, or {@link #ANY}.
     *
     * @throws IllegalArgumentException if one of them is not as a browser would send it
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
            throw new IllegalArgumentException(
                    "'" + origin
                            + "' is not an origin as browsers send it, such as https://app.example.com or http://localhost:5173");
        }
    }
}
