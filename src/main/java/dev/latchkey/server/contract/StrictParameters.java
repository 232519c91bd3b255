package dev.latchkey.server.contract;

import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads parameters as strictly as bodies. JAX-RS would read {@code +5} as 5, and everything but {@code true} as false. */
final class StrictParameters implements ParamConverterProvider {
    private static final Map<Class<?>, Converter<?>> CONVERTERS = Map.of(
            Boolean.class, new Converter<>(Pattern.compile("true|false"), Boolean::valueOf),
            Integer.class, new Converter<>(Pattern.compile("-?[0-9]+"), Integer::valueOf));

    @Override
    @SuppressWarnings("unchecked")
    public <T> ParamConverter<T> getConverter(Class<T> type, Type genericType, Annotation[] annotations) {
        return (ParamConverter<T>) CONVERTERS.get(type);
    }

    private record Converter<T>(Pattern form, Function<String, T> parse) implements ParamConverter<T> {

        /** JAX-RS reports what this throws as a parameter that cannot be read. */
        @Override
        public T fromString(String value) {
            if (value == null) {
                return null;
            }
            if (!form.matcher(value).matches()) {
                throw new IllegalArgumentException(value);
            }
            return parse.apply(value);
        }

        @Override
        public String toString(T value) {
            return value.toString();
        }
    }
}
