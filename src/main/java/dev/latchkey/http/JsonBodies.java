package dev.latchkey.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import dev.latchkey.problem.Violation;
import jakarta.validation.Validator;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bodies of the contract: strictly typed JSON (RFC 8259) of a bounded size.
 *
 * <p>Members of a wrong type are reported all at once and together with what else is wrong with the body, so that the
 * answer does not depend on which of them came first.
 */
final class JsonBodies implements ReaderInterceptor {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_TOKENS = 10_000;
    private static final int MAX_NAME_LENGTH = 1_024;

    private final Validator validator;
    private final BodyLimits limits;
    private final ObjectMapper mapper;

    /** {@code validator} holds the constraints of the contract. */
    JsonBodies(Validator validator, BodyLimits limits) {
        this.validator = validator;
        this.limits = limits;
        this.mapper = strictMapper(limits.largest());
    }

    private static ObjectMapper strictMapper(long largestBody) {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxTokenCount(MAX_TOKENS)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxStringLength(Math.toIntExact(largestBody))
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, config -> config.setCoercion(
                                CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .addModule(new SimpleModule().addDeserializer(String.class, new TextDeserializer()))
                .build();
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        long limit = limits.of(context.getType());
        ObjectNode members = parse(
                new LimitedInputStream(context.getInputStream(), limit, System::nanoTime), context.getMediaType());
        return bind(members, context.getType());
    }

    /** The members of the body; an empty body has none. */
    private ObjectNode parse(InputStream body, MediaType mediaType) throws IOException {
        JsonNode root;
        try {
            root = mapper.readTree(new InputStreamReader(body, UTF_8.newDecoder()));
        } catch (JsonProcessingException | CharacterCodingException e) {
            requireJson(mediaType);
            throw new Problem(ErrorCode.INVALID_REQUEST);
        }
        if (root.isMissingNode()) {
            return mapper.createObjectNode();
        }
        requireJson(mediaType);
        if (root instanceof ObjectNode members) {
            return members;
        }
        throw new Problem(ErrorCode.INVALID_REQUEST);
    }

    /** A body of another type never gets here; one without a type, with a wildcard or in another encoding does. */
    private static void requireJson(MediaType mediaType) {
        MediaType json = MediaType.APPLICATION_JSON_TYPE;
        String charset = mediaType.getParameters().getOrDefault(MediaType.CHARSET_PARAMETER, UTF_8.name());
        if (!json.getType().equalsIgnoreCase(mediaType.getType())
                || !json.getSubtype().equalsIgnoreCase(mediaType.getSubtype())
                || !UTF_8.name().equalsIgnoreCase(charset)) {
            throw new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    private <T> T bind(ObjectNode members, Class<T> type) throws JsonProcessingException {
        List<Violation> mistyped = new ArrayList<>();
        while (true) {
            try {
                T body = mapper.treeToValue(members, type);
                if (!mistyped.isEmpty()) {
                    throw Violation.problem(withOtherViolations(mistyped, body));
                }
                return body;
            } catch (JsonMappingException e) {
                // Each turn takes one member away, so this ends.
                String field = e.getPath().get(0).getFieldName();
                mistyped.add(new Violation(type, field, false, "must be " + expected(e)));
                members.remove(field);
            }
        }
    }

    private static String expected(JsonMappingException mistyped) {
        Class<?> type = mistyped instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == String.class) {
            boolean isText = mistyped instanceof InvalidFormatException format && format.getValue() instanceof String;
            return isText ? "valid Unicode without U+0000" : "a string";
        }
        return type == Integer.class ? "an integer" : "of the type that the contract says";
    }

    private <T> List<Violation> withOtherViolations(List<Violation> mistyped, T body) {
        List<Violation> all = new ArrayList<>(mistyped);
        List<String> reported = mistyped.stream().map(Violation::field).toList();
        validator.validate(body).stream()
                .map(Violation::of)
                .filter(violation -> !reported.contains(violation.field()))
                .forEach(all::add);
        return all;
    }

    /** A string that both databases can hold. A member that the contract does not know is never read, whatever it holds. */
    private static final class TextDeserializer extends StringDeserializer {
        private static final long serialVersionUID = 1;

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = super.deserialize(parser, context);
            if (!isStorable(text)) {
                throw context.weirdStringException(text, String.class, "not storable");
            }
            return text;
        }

        /** Whether both databases can hold the text: no NUL, no half of a surrogate pair. */
        private static boolean isStorable(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == 0) {
                    return false;
                }
                if (Character.isSurrogate(c)) {
                    boolean pair = Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
                    if (!pair) {
                        return false;
                    }
                    i++;
                }
            }
            return true;
        }
    }
}
