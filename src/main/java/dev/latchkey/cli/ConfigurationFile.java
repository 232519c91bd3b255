package dev.latchkey.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationFactory;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

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
    private final Class<T> type;
    private final ObjectMapper mapper;
    private final Validator validator;
    private final String propertyPrefix;
    private final SettingSources sources;
    private final PrintStream warnings;

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
        this.propertyPrefix = propertyPrefix;
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
        byte[] text;
        try (InputStream in = provider.open(path)) {
            text = in.readAllBytes();
        }
        sources.clear(Positions.of(text));
        List<Finding> findings = new ArrayList<>();
        T configuration = null;
        try {
            configuration = read(mapper.readTree(new YAMLFactory().createParser(text)), findings);
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

    /** {@code root} is null if there is nothing in the file but comments. Adds what is wrong to {@code findings}. */
    private T read(JsonNode root, List<Finding> findings) {
        if (root == null || root.isNull()) {
            findings.add(empty());
            return null;
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
        new PropertyOverrides<>(type, mapper, propertyPrefix, sources, findings).apply(root);
        T configuration = new ConfigurationBinder(mapper, validator, sources, findings).bind(root, type);
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
        return configuration;
    }
}
