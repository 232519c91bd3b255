package dev.latchkey.testing;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request and its answer, as they were on the wire.
 *
 * @param path raw, without the query
 * @param headers of the answer, by lower-case name
 */
public record Exchange(String method, String path, int status, Map<String, List<String>> headers, String body) {

    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    @Override
    public String toString() {
        return method + " " + path + " -> " + status + " " + headers + " " + body;
    }
}
