package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.latchkey.server.limits.Limit;
import dev.latchkey.testing.Documents;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of settings, {@code config.yml} and the code say the same. */
final class SettingsTest {
    private static final Path CONFIGURATION = Documents.PAGES.resolve("configuration.md");
    private static final Path LIMITS = Documents.PAGES.resolve("limits.md");

    private static final Pattern ROW = Pattern.compile(
            "^\\| (?:`(?<variable>LATCHKEY_\\w+)` )?`(?<path>[a-z][^` ]*)` \\| (?:`(?<value>[^`]*)` )?\\| (?:(?<range>[^|]+) \\| )?[^|]+ \\|$",
            Pattern.MULTILINE);
    private static final Map<TimeUnit, String> UNITS =
            Map.of(TimeUnit.MILLISECONDS, "ms", TimeUnit.MINUTES, "m", TimeUnit.HOURS, "h", TimeUnit.DAYS, "d");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(LATCHKEY_\\w+):-([^}]*)}");

    /**
     * What is said of a setting.
     *
     * @param variable null for one of the file alone
     * @param value the default; empty where there is none
     */
    private record Setting(String variable, String value) {}

    /** What the page says of the values that a setting may have, by the path in the file. */
    private static Map<String, String> describedRanges() {
        Map<String, String> ranges = new TreeMap<>();
        Matcher rows = ROW.matcher(Documents.text(CONFIGURATION));
        while (rows.find()) {
            ranges.put(rows.group("path"), rows.group("range"));
        }
        return ranges;
    }

    /** By the path in the file, such as {@code database.url}. */
    private static Map<String, Setting> described(Path page) {
        Map<String, Setting> settings = new TreeMap<>();
        Matcher rows = ROW.matcher(Documents.text(page));
        while (rows.find()) {
            String value = rows.group("value");
            Setting before =
                    settings.put(rows.group("path"), new Setting(rows.group("variable"), value == null ? "" : value));
            assertThat(before).as(rows.group("path") + " is there twice").isNull();
        }
        return settings;
    }

    @Test
    void eachVariableOfTheFileIsDescribedWithItsDefaultAndNoOther() throws Exception {
        String file = Documents.text(Path.of("config.yml"));
        Map<String, Setting> configured = new TreeMap<>();
        collect("", new YAMLMapper().readTree(file), configured);
        assertThat(VARIABLE.matcher(file).results()).hasSameSizeAs(configured.keySet());

        Map<String, Setting> described = described(CONFIGURATION);
        described.values().removeIf(setting -> setting.variable() == null);

        assertThat(described).isEqualTo(configured);
    }

    private static void collect(String path, JsonNode node, Map<String, Setting> found) {
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(path + "[" + i + "]", node.get(i), found);
        }
        node.fields()
                .forEachRemaining(
                        field -> collect(path + (path.isEmpty() ? "" : ".") + field.getKey(), field.getValue(), found));
        Matcher variable = VARIABLE.matcher(node.asText());
        if (variable.matches()) {
            found.put(path, new Setting(variable.group(1), variable.group(2)));
        }
    }

    @Test
    void eachSettingOfTheCodeIsDescribedAndNoOther() {
        List<String> sections = sections().map(Field::getName).toList();
        List<String> settings = sections()
                .flatMap(section -> Arrays.stream(section.getType().getRecordComponents())
                        .map(setting -> section.getName() + "." + setting.getName()))
                .toList();

        assertThat(described(CONFIGURATION).keySet())
                .filteredOn(path -> sections.contains(path.split("\\.", 2)[0]))
                .containsExactlyInAnyOrderElementsOf(settings);
    }

    /** A file of the described defaults alone means the same as one that is empty. */
    @Test
    void eachDefaultIsThatOfTheCode() throws Exception {
        ObjectMapper mapper = Jackson.newObjectMapper();
        ObjectNode file = mapper.createObjectNode();
        for (Field section : sections().toList()) {
            ObjectNode values = file.putObject(section.getName());
            described(CONFIGURATION).forEach((path, setting) -> {
                if (path.startsWith(section.getName() + ".")) {
                    // As the file has it where the variable is not set.
                    values.set(path.split("\\.", 2)[1], node(setting.value()));
                }
            });
            Object described = mapper.treeToValue(values, section.getType());

            assertThat(described)
                    .as(section.getName())
                    .usingRecursiveComparison()
                    .isEqualTo(section.getType().getMethod("defaults").invoke(null));
        }
    }

    @Test
    void eachRangeIsThatOfTheCode() {
        Map<String, String> described = describedRanges();

        assertThat(described.values()).doesNotContainNull();
        sections().forEach(section -> Arrays.stream(section.getType().getRecordComponents())
                .forEach(setting -> range(setting).ifPresent(range -> assertThat(described)
                        .containsEntry(section.getName() + "." + setting.getName(), range))));
    }

    /** Empty where the type alone says what is a value. */
    private static Optional<String> range(RecordComponent setting) {
        Field field = field(setting);
        if (setting.getType() == Boolean.class) {
            return Optional.of("true or false");
        }
        if (setting.getType() == Limit.class) {
            return Optional.of("count/time, or off");
        }
        String min = null;
        String max = null;
        for (Annotation constraint : field.getAnnotations()) {
            if (constraint instanceof Min number) {
                min = Long.toString(number.value());
            } else if (constraint instanceof Max number) {
                max = Long.toString(number.value());
            } else if (constraint instanceof MinDuration time) {
                min = time.value() + UNITS.get(time.unit());
            } else if (constraint instanceof MaxDuration time) {
                max = time.value() + UNITS.get(time.unit());
            } else if (constraint instanceof MinDataSize size) {
                min = size(size.value(), size.unit());
            } else if (constraint instanceof MaxDataSize size) {
                max = size(size.value(), size.unit());
            }
        }
        if (min == null) {
            return Optional.ofNullable(max).map(most -> "up to " + most);
        }
        return Optional.of(max == null ? min + " or more" : min + " to " + max);
    }

    private static Field field(RecordComponent setting) {
        try {
            return setting.getDeclaringRecord().getDeclaredField(setting.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String size(long value, DataSizeUnit unit) {
        long bytes = unit.toBytes(value);
        long mebibytes = bytes >> 20;
        if (bytes == 1L << 50) {
            return "1PiB";
        }
        return mebibytes > 0 ? mebibytes + "MiB" : bytes + "B";
    }

    private static JsonNode node(String value) {
        return value.isEmpty() ? NullNode.getInstance() : TextNode.valueOf(value);
    }

    private static Stream<Field> sections() {
        return Arrays.stream(LatchkeyConfiguration.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(JsonProperty.class));
    }

    @Test
    void thePageOfLimitsHasEachLimitWithTheSameDefault() {
        Map<String, String> described = values(described(CONFIGURATION));
        described.keySet().removeIf(path -> !path.startsWith("limits."));

        assertThat(values(described(LIMITS))).isNotEmpty().isEqualTo(described);
    }

    private static Map<String, String> values(Map<String, Setting> settings) {
        Map<String, String> values = new TreeMap<>();
        settings.forEach((path, setting) -> values.put(path, setting.value()));
        return values;
    }
}
