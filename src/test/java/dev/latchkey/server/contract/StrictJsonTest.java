package dev.latchkey.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No value is taken for one of another type, whatever types the contract will come to have. */
final class StrictJsonTest {
    private static final ObjectMapper MAPPER = StrictJson.mapper(1 << 20);

    private static final List<String> BLANK =
            List.of("\"\"", "\" \"", "\"  \"", "\"\\t\\n\"", "\"\\u0000\"", "\"\\r\\u0001\"", "\"\\u001f \"");
    private static final List<String> OTHERS = List.of(
            "true",
            "false",
            "0",
            "1",
            "-1",
            "1.5",
            "1.0",
            "1e2",
            "\"0\"",
            "\"1\"",
            "\" 1 \"",
            "\"1.5\"",
            "\"true\"",
            "\"False\"",
            "\"null\"",
            "\"NaN\"",
            "\"INF\"",
            "\"-Infinity\"",
            "\"text\"",
            "[]",
            "[null]",
            "[1]",
            "[true]",
            "[\"a\"]",
            "{}",
            "{\"a\":1}");

    record Pojo(String name) {}

    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of(String.class, "text"),
                Arguments.of(boolean.class, "boolean"),
                Arguments.of(Boolean.class, "boolean"),
                Arguments.of(AtomicBoolean.class, "boolean"),
                Arguments.of(byte.class, "integer"),
                Arguments.of(short.class, "integer"),
                Arguments.of(int.class, "integer"),
                Arguments.of(Integer.class, "integer"),
                Arguments.of(long.class, "integer"),
                Arguments.of(Long.class, "integer"),
                Arguments.of(BigInteger.class, "integer"),
                Arguments.of(AtomicInteger.class, "integer"),
                Arguments.of(AtomicLong.class, "integer"),
                Arguments.of(float.class, "number"),
                Arguments.of(Float.class, "number"),
                Arguments.of(double.class, "number"),
                Arguments.of(Double.class, "number"),
                Arguments.of(BigDecimal.class, "number"),
                Arguments.of(TimeUnit.class, "none of these"),
                Arguments.of(UUID.class, "none of these"),
                Arguments.of(Instant.class, "none of these"),
                Arguments.of(OffsetDateTime.class, "none of these"),
                Arguments.of(LocalDate.class, "none of these"),
                Arguments.of(Pojo.class, "object"),
                Arguments.of(Map.class, "object"),
                Arguments.of(List.class, "array"),
                Arguments.of(Set.class, "array"),
                Arguments.of(Object[].class, "array"));
    }

    @ParameterizedTest
    @MethodSource("types")
    void takesNoValueForAnother(Type type, String kind) throws Exception {
        JavaType target = TypeFactory.defaultInstance().constructType(type);
        for (String json : Stream.concat(BLANK.stream(), OTHERS.stream()).toList()) {
            JsonNode value = MAPPER.readTree(json);
            if (!isOf(kind, value)) {
                assertThatThrownBy(() -> MAPPER.<Object>treeToValue(value, target))
                        .as("%s as %s", json, type)
                        .isInstanceOf(JsonMappingException.class);
            } else if (value.getNodeType() != JsonNodeType.STRING) {
                assertThat(MAPPER.<Object>treeToValue(value, target))
                        .as("%s as %s", json, type)
                        .isNotNull();
            }
        }
    }

    private static boolean isOf(String kind, JsonNode value) {
        return switch (kind) {
            case "text" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            default -> false;
        };
    }
}
