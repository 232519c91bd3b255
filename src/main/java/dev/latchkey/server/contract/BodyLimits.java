package dev.latchkey.server.contract;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * How many bytes a request body may have.
 *
 * @param standard the limit of all bodies that {@code special} does not contain
 * @param special other limits, by the generated class of the body
 * @param longestText more UTF-16 units than any text may have
 */
public record BodyLimits(long standard, Map<Class<?>, Long> special, long longestText) {

    public BodyLimits {
        special = Map.copyOf(special);
    }

    long of(Class<?> body) {
        return special.getOrDefault(body, standard);
    }

    /** The limit of the body that the method takes. */
    long of(Method operation) {
        if (isStreamed(operation)) {
            return JsonLines.MAX_BYTES;
        }
        return Arrays.stream(operation.getParameterTypes())
                .map(special::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(standard);
    }

    /** Whether the method reads its body while it arrives. */
    static boolean isStreamed(Method operation) {
        return Arrays.asList(operation.getParameterTypes()).contains(JsonLines.class);
    }

    /** The largest limit of all bodies that are not streamed. */
    public long largest() {
        return special.values().stream().mapToLong(Long::longValue).reduce(standard, Math::max);
    }
}
