package dev.latchkey.server.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.server.problem.Violation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes generated bodies of JSON, and reports what is wrong with it.
 *
 * <p>All members of a wrong type are reported together with all other violations, so that the response does not depend on the order of
 * the members.
 */
final class JsonBinder {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Validator validator;
    private final ObjectMapper mapper;

    /** {@code validator} has the constraints of the contract. */
    JsonBinder(Validator validator, ObjectMapper mapper) {
        this.validator = validator;
        this.mapper = mapper;
    }

    /**
     * Parses UTF-8; a blank text gives a missing node.
     *
     * @throws JsonProcessingException if it is not JSON
     * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
     */
    JsonNode parse(InputStream text) throws IOException {
        return mapper.readTree(withoutByteOrderMark(text));
    }

    /** Some programs write one before every text (RFC 8259, section 8.1). */
    private static Reader withoutByteOrderMark(InputStream body) throws IOException {
        PushbackReader text = new PushbackReader(new InputStreamReader(body, UTF_8.newDecoder()));
        int first = text.read();
        if (first >= 0 && first != BYTE_ORDER_MARK) {
            text.unread(first);
        }
        return text;
    }

    /**
     * Makes a body, which JAX-RS validates if all of its members have the right types.
     *
     * @throws Problem if one has not; it names all that is wrong
     */
    <T> T bind(ObjectNode members, Class<T> type) {
        return bind(members, type, member -> true);
    }

    /**
     * Makes a body and validates it.
     *
     * @throws Problem that names all that is wrong
     */
    <T> T bindValid(ObjectNode members, Class<T> type) {
        return bindValid(members, type, member -> true);
    }

    /** Validates a patched object as if a client had sent all of it. */
    <T> MergePatch.Binding<T> patching(Class<T> type) {
        return new MergePatch.Binding<>() {
            @Override
            public ObjectNode write(T body) {
                return mapper.valueToTree(body);
            }

            @Override
            public T read(ObjectNode members, Set<String> changed) {
                return bindValid(members, type, changed::contains);
            }
        };
    }

    /** Reports only violations of the members that {@code isJudged} names. */
    private <T> T bindValid(ObjectNode members, Class<T> type, Predicate<String> isJudged) {
        T body = bind(members, type, isJudged);
        List<Violation> violations = withOtherViolations(List.of(), body, isJudged);
        if (!violations.isEmpty()) {
            throw Violation.problem(violations);
        }
        return body;
    }

    private <T> T bind(ObjectNode members, Class<T> type, Predicate<String> isJudged) {
        List<Violation> mistyped = new ArrayList<>();
        while (true) {
            try {
                T body = mapper.treeToValue(members, type);
                if (!mistyped.isEmpty()) {
                    throw Violation.problem(withOtherViolations(mistyped, body, isJudged));
                }
                return body;
            } catch (JsonMappingException e) {
                // Each iteration removes one member, so this ends.
                JsonPath place = new JsonPath(e.getPath());
                mistyped.add(new Violation(place.member(), place.text(), false, "must be " + expected(e)));
                place.removeFrom(members);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String expected(JsonMappingException mistyped) {
        Class<?> type = expectedType(mistyped);
        if (type == String.class) {
            boolean isText = mistyped instanceof InvalidFormatException format && format.getValue() instanceof String;
            return isText ? "valid Unicode without U+0000" : "a string";
        }
        if (type != null && type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(Object::toString)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return type == Integer.class ? "an integer" : "of the type that the contract says";
    }

    /** Null if it is unknown. */
    private static Class<?> expectedType(JsonMappingException mistyped) {
        if (mistyped instanceof ValueInstantiationException invalid) {
            return invalid.getType().getRawClass();
        }
        return mistyped instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    }

    private <T> List<Violation> withOtherViolations(List<Violation> mistyped, T body, Predicate<String> isJudged) {
        List<Violation> all = new ArrayList<>(mistyped);
        List<String> reported = mistyped.stream().map(Violation::field).toList();
        validator.validate(body).stream()
                .map(Violation::of)
                .filter(violation ->
                        isJudged.test(JsonPath.first(violation.field())) && !reported.contains(violation.field()))
                .forEach(all::add);
        return all;
    }
}
