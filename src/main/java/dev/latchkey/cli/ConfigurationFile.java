package dev.latchkey.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationFactory;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.Configuration;
import io.dropwizard.logging.common.LoggerConfiguration;
import io.dropwizard.validation.ConstraintViolations;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A YAML file whose values may name environment variables: {@code ${NAME}} or {@code ${NAME:-default}}.
 *
 * <p>They are substituted after parsing, so that a password may contain any character whatever it means in YAML. Every value is
 * trimmed, in the file or in a variable: a secret that was made with {@code echo} ends in a line end, which some libraries would drop
 * and others keep. Control characters within a value are refused. As in a shell, an empty variable counts as not set. A setting that
 * is empty in the end counts as absent.
 *
 * <p>Whatever is wrong is found at once, not only the first of it.
 */
final class ConfigurationFile<T> implements ConfigurationFactory<T> {
    private static final Pattern FIRST_WORD = Pattern.compile("[^ :]*");

    /** In the words of Dropwizard's constraints, which are those of its code. */
    private static final Pattern RANGE = Pattern.compile("must be (greater|less) than or equal to (\\d+) ([A-Z]+)");

    private final Class<T> type;
    private final ObjectMapper mapper;
    private final Validator validator;
    private final String propertyPrefix;
    private final SettingSources sources;
    private final PrintStream warnings;
    private List<Finding> findings = new ArrayList<>();
    private T configuration;

    /** For {@link io.dropwizard.configuration.ConfigurationFactoryFactory}; fills {@code sources}. */
    ConfigurationFile(
            Class<T> type,
            Validator validator,
            ObjectMapper mapper,
            String propertyPrefix,
            SettingSources sources,
            PrintStream warnings) {
        this.type = type;
        this.mapper = mapper.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.validator = validator;
        this.propertyPrefix = propertyPrefix + ".";
        this.sources = sources;
        this.warnings = warnings;
    }

    /** The configuration; prints what may be wrong with it. */
    @Override
    public T build(ConfigurationSourceProvider provider, String path) throws IOException, ConfigurationException {
        Examined<T> examined = examine(provider, path);
        if (examined.has(Weight.WRONG)) {
            throw new WrongConfiguration(path, examined.findings());
        }
        Finding.sorted(examined.findings()).forEach(finding -> warnings.println(finding.line(path)));
        return examined.configuration();
    }

    /** Every command names a file. */
    @Override
    public T build() {
        throw new IllegalStateException("There is no configuration without a file");
    }

    /**
     * Reads the file and finds all that is wrong with it.
     *
     * @throws IOException if there is no file to read
     */
    Examined<T> examine(ConfigurationSourceProvider provider, String path) throws IOException {
        findings = new ArrayList<>();
        configuration = null;
        byte[] text;
        try (InputStream in = provider.open(path)) {
            text = in.readAllBytes();
        }
        sources.clear(Positions.of(text));
        try {
            read(mapper.readTree(new YAMLFactory().createParser(text)));
        } catch (JsonParseException e) {
            findings.add(unreadable(e.getLocation()));
        }
        return new Examined<>(configuration, findings);
    }

    /** The parser's message quotes the file, which may contain a password. */
    private static Finding unreadable(JsonLocation at) {
        return new Finding(
                Weight.WRONG,
                "",
                new Position(at.getLineNr(), at.getColumnNr()),
                "this is not YAML: look for a wrong indentation, an open quotation mark or bracket, or a second ': ' on"
                        + " this line or above");
    }

    private static Finding empty() {
        return new Finding(
                Weight.WRONG, "", null, "is empty: write the settings that are not to have their defaults into it");
    }

    /** {@code root} is null if there is nothing in the file but comments. */
    private void read(JsonNode root) {
        if (root == null || root.isNull()) {
            findings.add(empty());
            return;
        }
        for (Positions.Duplicate duplicate : sources.duplicates()) {
            findings.add(new Finding(
                    Weight.WRONG,
                    duplicate.setting(),
                    duplicate.second(),
                    duplicate.setting() + " is there twice, first in line "
                            + duplicate.first().line() + ": keep one of the two"));
        }
        Substitution substitution = new Substitution(sources, findings);
        substitution.apply(root, "");
        override(root);
        bind(root);
        for (UnreadVariables.Unread unread :
                UnreadVariables.find(sources.variables().all(), substitution.read())) {
            findings.add(new Finding(
                    unread.meant().isPresent() ? Weight.DOUBTFUL : Weight.NOTICE,
                    "",
                    null,
                    "the environment variable " + unread.name() + " is set, but no setting reads it"
                            + unread.meant()
                                    .map(meant -> ": did you mean " + meant + "?")
                                    .orElse("")));
        }
    }

    /** System properties override the settings that they name. */
    private void override(JsonNode root) {
        for (String property : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(property);
            if (property.startsWith(propertyPrefix) && value != null) {
                String name = property.substring(propertyPrefix.length());
                String trimmed = SettingValue.trimmed(value);
                sources.put(name, trimmed, List.of("-D" + property));
                SettingValue.objection(trimmed)
                        .ifPresentOrElse(
                                objection -> add(Weight.WRONG, name, objection),
                                () -> new SettingOverride<>(type, mapper).apply(root, name, trimmed));
            }
        }
    }

    /**
     * How Dropwizard puts an override into the tree. It walks the types of all settings first, to learn which are lists, so it is made only
     * where there is an override.
     */
    private static final class SettingOverride<T> extends YamlConfigurationFactory<T> {
        SettingOverride(Class<T> type, ObjectMapper mapper) {
            super(type, null, mapper, "");
        }

        void apply(JsonNode root, String name, String value) {
            addOverride(root, name, value);
        }
    }

    private void bind(JsonNode root) {
        Binding binding = new Binding(mapper, root, "");
        Optional<T> bound = binding.bind(type);
        addWrong(binding.failures());
        if (Configuration.class.isAssignableFrom(type)) {
            addWrong(LogLevels.failures(root.path("logging")));
            bindLoggers(root.path("logging").path("loggers"));
        }
        bound.ifPresent(value -> {
            configuration = value;
            validate(value, "");
            if (value instanceof LatchkeyConfiguration own) {
                Examined<T> soFar = new Examined<>(value, List.copyOf(findings));
                Contradictions.in(own, soFar::isGood)
                        .forEach(failure -> add(Weight.DOUBTFUL, failure.setting(), failure.text()));
            }
        });
    }

    /** Dropwizard reads them only once it sets up the log. */
    private void bindLoggers(JsonNode loggers) {
        for (Map.Entry<String, JsonNode> logger : loggers.properties()) {
            if (logger.getValue().isObject()) {
                String name = "logging.loggers." + logger.getKey();
                Binding binding = new Binding(mapper, logger.getValue().deepCopy(), name);
                binding.bind(LoggerConfiguration.class).ifPresent(bound -> validate(bound, name));
                addWrong(binding.failures());
            }
        }
    }

    private void addWrong(List<Binding.Failure> failures) {
        failures.forEach(failure -> add(Weight.WRONG, failure.setting(), failure.text()));
    }

    private void add(Weight weight, String setting, String text) {
        findings.add(sources.finding(weight, setting, text));
    }

    private <V> void validate(V value, String section) {
        if (validator == null) {
            return;
        }
        Examined<V> soFar = new Examined<>(value, List.copyOf(findings));
        for (ConstraintViolation<V> violation : validator.validate(value)) {
            String line = readable(Binding.joined(section, ConstraintViolations.format(violation)));
            Matcher word = FIRST_WORD.matcher(line);
            String setting = word.lookingAt() ? word.group() : "";
            // What was taken out because it is wrong must not be reported as missing.
            if (soFar.isGood(setting)) {
                findings.add(new Finding(Weight.WRONG, setting, sources.position(setting), sources.inLine(line)));
            }
        }
    }

    private static String readable(String line) {
        return RANGE.matcher(line)
                .replaceAll(range -> "must be at " + (range.group(1).equals("greater") ? "least " : "most ")
                        + range.group(2) + " " + range.group(3).toLowerCase(Locale.ROOT));
    }
}
