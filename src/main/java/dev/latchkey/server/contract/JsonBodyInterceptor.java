package dev.latchkey.server.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.server.problem.Violation;
import jakarta.validation.Validator;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the bodies of the contract: strictly typed JSON (RFC 8259) of a bounded size.
 *
 * <p>All members of a wrong type are reported together with all other violations, so that the response does not depend on the order of
 * the members.
 */
final class JsonBodyInterceptor implements ReaderInterceptor {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final MediaType MERGE_PATCH = new MediaType("application", "merge-patch+json");

    private final Validator validator;
    private final BodyLimits limits;
    private final ObjectMapper mapper;

    /** {@code validator} has the constraints of the contract. */
    JsonBodyInterceptor(Validator validator, BodyLimits limits) {
        this.validator = validator;
        this.limits = limits;
        this.mapper = StrictJson.mapper(limits.largest());
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        long limit = limits.of(context.getType());
        boolean isPatch = context.getType() == MergePatch.class;
        JsonNode root = parse(
                new LimitedInputStream(context.getInputStream(), limit),
                context,
                isPatch
                        ? List.of(MERGE_PATCH, MediaType.APPLICATION_JSON_TYPE)
                        : List.of(MediaType.APPLICATION_JSON_TYPE));
        if (root.isMissingNode() && !isPatch) {
            // Reports each required member as missing.
            return bind(mapper.createObjectNode(), context.getType(), field -> true);
        }
        if (root instanceof ObjectNode members) {
            return isPatch ? patch(members, context.getGenericType()) : bind(members, context.getType(), field -> true);
        }
        throw new Problem(ErrorCode.INVALID_REQUEST);
    }

    private MergePatch<?> patch(ObjectNode members, Type patchType) {
        Type patched = ((ParameterizedType) patchType).getActualTypeArguments()[0];
        return new MergePatch<>(members, new PatchBinding<>((Class<?>) patched));
    }

    /** Returns a missing node for a blank body, which must have an allowed type as well. */
    private JsonNode parse(LimitedInputStream body, ReaderInterceptorContext context, List<MediaType> allowed)
            throws IOException {
        JsonNode root;
        try {
            root = mapper.readTree(withoutByteOrderMark(body));
        } catch (JsonProcessingException | CharacterCodingException e) {
            require(allowed, context.getMediaType());
            throw new Problem(ErrorCode.INVALID_REQUEST);
        }
        if (!body.isEmpty() || context.getHeaders().containsKey(HttpHeaders.CONTENT_TYPE)) {
            require(allowed, context.getMediaType());
        }
        return root;
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

    /** Refuses a body without a type, with a wildcard or in another charset; JAX-RS has refused other types. */
    private static void require(List<MediaType> allowed, MediaType mediaType) {
        boolean isJson = allowed.stream()
                .anyMatch(json -> json.getType().equalsIgnoreCase(mediaType.getType())
                        && json.getSubtype().equalsIgnoreCase(mediaType.getSubtype()));
        if (!isJson || !isWithinUtf8(mediaType.getParameters().get(MediaType.CHARSET_PARAMETER))) {
            throw new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    /** JSON has no charset parameter, but many clients send one, with any of the names of UTF-8 and ASCII. */
    private static boolean isWithinUtf8(String name) {
        if (name == null) {
            return true;
        }
        try {
            Charset charset = Charset.forName(name.strip());
            return charset.equals(UTF_8) || charset.equals(US_ASCII);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }

    private <T> T bind(ObjectNode members, Class<T> type, Predicate<String> isJudged) throws JsonProcessingException {
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
            }
        }
    }

    /** Validates a patched object as if a client had sent all of it. */
    private final class PatchBinding<T> implements MergePatch.Binding<T> {
        private final Class<T> type;

        PatchBinding(Class<T> type) {
            this.type = type;
        }

        @Override
        public ObjectNode write(T body) {
            return mapper.valueToTree(body);
        }

        @Override
        public T read(ObjectNode members, Set<String> changed) {
            try {
                T body = bind(members, type, changed::contains);
                List<Violation> violations = withOtherViolations(List.of(), body, changed::contains);
                if (!violations.isEmpty()) {
                    throw Violation.problem(violations);
                }
                return body;
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
