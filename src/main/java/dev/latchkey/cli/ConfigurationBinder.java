package dev.latchkey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.core.Configuration;
import io.dropwizard.logging.common.LoggerConfiguration;
import io.dropwizard.validation.ConstraintViolations;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a configuration of a tree of settings, validates it, and finds all that is wrong with it. */
final class ConfigurationBinder {
    private static final Pattern FIRST_WORD = Pattern.compile("[^ :]*");

    /** In the words of Dropwizard's constraints, which are those of its code. */
    private static final Pattern RANGE = Pattern.compile("must be (greater|less) than or equal to (\\d+) ([A-Z]+)");

    private final ObjectMapper mapper;
    private final Validator validator;
    private final SettingSources sources;
    private final List<Finding> findings;

    /** Adds what is wrong to {@code findings}, which also says what was found before; validates nothing if {@code validator} is null. */
    ConfigurationBinder(ObjectMapper mapper, Validator validator, SettingSources sources, List<Finding> findings) {
        this.mapper = mapper;
        this.validator = validator;
        this.sources = sources;
        this.findings = findings;
    }

    /** The configuration without what is wrong; null if nothing is left of it. The tree is changed. */
    <T> T bind(JsonNode root, Class<T> type) {
        Binding binding = new Binding(mapper, root, "");
        Optional<T> bound = binding.bind(type);
        addWrong(binding.failures());
        if (Configuration.class.isAssignableFrom(type)) {
            addWrong(LogLevels.failures(root.path("logging")));
            bindLoggers(root.path("logging").path("loggers"));
        }
        bound.ifPresent(this::examine);
        return bound.orElse(null);
    }

    private void examine(Object value) {
        validate(value, "");
        if (value instanceof LatchkeyConfiguration own) {
            Examined<LatchkeyConfiguration> soFar = new Examined<>(own, List.copyOf(findings));
            Contradictions.in(own, soFar::isGood)
                    .forEach(failure -> add(Weight.DOUBTFUL, failure.setting(), failure.text()));
        }
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
