package dev.latchkey.server.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.regex.Pattern;

/** Strict JSON (RFC 8259) of a bounded size: no type coercion, and only text that the database can store. */
final class StrictJson {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_TOKENS = 10_000;
    private static final int MAX_NAME_LENGTH = 1_024;

    private StrictJson() {}

    /** Reads values of up to {@code longestText} UTF-16 units, and writes them unchanged. */
    static ObjectMapper mapper(long longestText) {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(new Constraints(Math.toIntExact(longestText)))
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .withCoercionConfigDefaults(StrictJson::refuseAll)
                // A number may be written without a fraction.
                .withCoercionConfig(
                        LogicalType.Float,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert))
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .addModule(new SimpleModule()
                        .addDeserializer(String.class, new TextDeserializer())
                        .setDeserializerModifier(new OneTypeModifier()))
                .build();
    }

    /** A text that no operation takes: to read all of it would take many times its memory. */
    static final class TextTooLong extends StreamConstraintsException {
        private static final long serialVersionUID = 1;

        TextTooLong() {
            super("The text is too long");
        }
    }

    private static final class Constraints extends StreamReadConstraints {
        private static final long serialVersionUID = 1;

        Constraints(int longestText) {
            super(MAX_DEPTH, DEFAULT_MAX_DOC_LEN, DEFAULT_MAX_NUM_LEN, longestText, MAX_NAME_LENGTH, MAX_TOKENS);
        }

        @Override
        public void validateStringLength(int length) throws TextTooLong {
            if (length > getMaxStringLength()) {
                throw new TextTooLong();
            }
        }
    }

    /** The setting for scalars excludes empty and blank strings, which Jackson would treat as null. */
    private static void refuseAll(MutableCoercionConfig config) {
        config.setAcceptBlankAsEmpty(false);
        for (CoercionInputShape shape : CoercionInputShape.values()) {
            config.setCoercion(shape, CoercionAction.Fail);
        }
    }

    /** Refuses numbers in strings such as {@code NaN}, and times as numbers; Jackson has no setting for that. */
    private static final class OneTypeModifier extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
            LogicalType type = deserializer.logicalType();
            return type == LogicalType.Float || type == LogicalType.DateTime
                    ? new OneTypeDeserializer(deserializer)
                    : deserializer;
        }
    }

    private static final class OneTypeDeserializer extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;
        private static final Pattern NUMBER = Pattern.compile("\\s*[-+]?[0-9.]+\\s*");

        OneTypeDeserializer(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new OneTypeDeserializer(delegate);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return isOfType(parser)
                    ? super.deserialize(parser, context)
                    : context.handleUnexpectedToken(handledType(), parser);
        }

        private boolean isOfType(JsonParser parser) throws IOException {
            return logicalType() == LogicalType.Float
                    ? parser.currentToken().isNumeric()
                    : parser.hasToken(JsonToken.VALUE_STRING)
                            && !NUMBER.matcher(parser.getText()).matches();
        }
    }

    /** A string that both databases can store. Members that the contract does not define are not read, so not checked. */
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

        /** Whether both databases can store the text: no NUL, no unpaired surrogate. */
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
