package dev.latchkey.cli;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says of a value that does not fit its setting what to write instead. */
final class BindingFailure {
    /** Jackson gives the known types only in its message. */
    private static final Pattern KNOWN_TYPES = Pattern.compile("known type ids = \\[([^]]*)]");

    private BindingFailure() {}

    /** What follows the name of the setting. */
    static String text(JsonMappingException wrong) {
        if (wrong instanceof UnrecognizedPropertyException unknown) {
            List<String> known =
                    unknown.getKnownPropertyIds().stream().map(String::valueOf).toList();
            return "is not known: " + Suggestion.instead(unknown.getPropertyName(), known);
        }
        if (wrong instanceof InvalidTypeIdException type) {
            return "has " + (type.getTypeId() == null ? "no type" : "an unknown type '" + type.getTypeId() + "'")
                    + types(type);
        }
        if (wrong instanceof ValueInstantiationException value
                && (value.getType().hasRawClass(Duration.class)
                        || value.getType().hasRawClass(DataSize.class))) {
            return "is not " + expected(value.getType().getRawClass());
        }
        if (wrong instanceof MismatchedInputException mismatch) {
            return "is not " + expected(mismatch.getTargetType());
        }
        return "is wrong: "
                + (wrong.getCause() == null
                        ? wrong.getOriginalMessage()
                        : wrong.getCause().getMessage());
    }

    private static String types(InvalidTypeIdException type) {
        Matcher known = KNOWN_TYPES.matcher(type.getOriginalMessage());
        return known.find()
                ? ": "
                        + Suggestion.instead(
                                String.valueOf(type.getTypeId()),
                                List.of(known.group(1).split(", ")))
                : "";
    }

    private static String expected(Class<?> type) {
        if (type == Duration.class) {
            return "a duration: write a number and a unit, such as 500ms, 30s, 10m, 12h or 30d";
        }
        if (type == DataSize.class) {
            return "a size: write a number and a unit, such as 512KiB, 1MiB or 2GiB";
        }
        if (type == int.class || type == long.class || Number.class.isAssignableFrom(type)) {
            return "a number: write digits alone, such as 16";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false: write one of these";
        }
        if (type == String.class) {
            return "a text: write one value on the line of the setting";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        return Collection.class.isAssignableFrom(type)
                ? "a list: write each element on a line of its own that begins with '- '"
                : "a section with settings of its own: write each of them on a line below it, further to the right";
    }
}
