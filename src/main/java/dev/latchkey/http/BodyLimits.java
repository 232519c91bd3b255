package dev.latchkey.http;

import java.util.Map;

/**
 * How many bytes a request body may have.
 *
 * @param standard for every body that is not named
 * @param special by the generated class of the body
 */
public record BodyLimits(long standard, Map<Class<?>, Long> special) {

    public BodyLimits {
        special = Map.copyOf(special);
    }

    long of(Class<?> body) {
        return special.getOrDefault(body, standard);
    }

    long largest() {
        return special.values().stream().mapToLong(Long::longValue).reduce(standard, Math::max);
    }
}
