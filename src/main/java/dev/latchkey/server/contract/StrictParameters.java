package dev.latchkey.server.contract;

import static java.util.stream.Collectors.joining;

import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import dev.latchkey.server.problem.UnreadableParameterException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads parameters as strictly as bodies. JAX-RS would read {@code +5} as 5, and everything but {@code true} as false. */
// Before Dropwizard's converter of enums, which takes them in any case.
@Priority(1)
final class StrictParameters implements ParamConverterProvider {
    private static final Pattern BOOLEAN = Pattern.compile("true|false");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,19}");

    private static final Map<Class<?>, Converter<?>> CONVERTERS = Map.of(
            Boolean.class,
                    new Converter<>(text -> matching(BOOLEAN, text).map(Boolean::valueOf), "must be true or false"),
            Integer.class, new Converter<>(text -> matching(INTEGER, text).map(Ints::tryParse), "must be an integer"),
            Long.class, new Converter<>(text -> matching(INTEGER, text).map(Longs::tryParse), "must be an integer"),
            EntityTags.class, new Converter<>(EntityTags::parse, EntityTags.FORM),
            IdempotencyKey.class, new Converter<>(IdempotencyKey::parse, IdempotencyKey.FORM));

    private static Optional<String> matching(Pattern form, String text) {
        return Optional.of(text).filter(form.asMatchPredicate());
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> ParamConverter<T> getConverter(Class<T> type, Type genericType, Annotation[] annotations) {
        return type.isEnum()
                ? (ParamConverter<T>) oneOf(type.getEnumConstants())
                : (ParamConverter<T>) CONVERTERS.get(type);
    }

    private static <T> Converter<T> oneOf(T[] constants) {
        return new Converter<>(
                text -> Stream.of(constants)
                        .filter(constant -> constant.toString().equals(text))
                        .findFirst(),
                Stream.of(constants).map(Object::toString).collect(joining(", ", "must be one of ", "")));
    }

    /**
     * Reads a value.
     *
     * @param parse empty for a text that is not well-formed
     * @param form how the text must be
     */
    private record Converter<T>(Function<String, Optional<T>> parse, String form) implements ParamConverter<T> {

        @Override
        public T fromString(String text) {
            return text == null ? null : parse.apply(text).orElseThrow(() -> new UnreadableParameterException(form));
        }

        @Override
        public String toString(T value) {
            return value.toString();
        }
    }
}
