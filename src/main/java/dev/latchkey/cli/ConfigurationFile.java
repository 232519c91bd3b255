package dev.latchkey.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A YAML file whose values may name environment variables: {@code ${NAME}} or {@code ${NAME:-default}}.
 *
 * <p>They are substituted after parsing, so that a password may contain any character whatever it means in YAML. Every value is
 * trimmed, in the file or in a variable: a secret that was made with {@code echo} ends in a line end, which some libraries would drop
 * and others keep. Control characters within a value are refused. As in a shell, an empty variable counts as not set. A setting that
 * is empty in the end counts as absent.
 */
final class ConfigurationFile<T> extends YamlConfigurationFactory<T> {
    static final String DEFAULT_PATH = "config.yml";

    // Kubernetes sets <NAME>_PORT like this for every Service, and Docker did for every link.
    private static final Pattern SERVICE_LINK =
            Pattern.compile("(tcp|udp|sctp)://([0-9.]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}");

    private final String propertyPrefix;
    private final SettingSources sources;
    private final UnaryOperator<String> environment;
    private final PrintStream warnings;

    /**
     * For {@link io.dropwizard.configuration.ConfigurationFactoryFactory}; fills {@code sources}.
     *
     * @param environment returns the value of a variable, or null if it is not set
     */
    ConfigurationFile(
            Class<T> type,
            Validator validator,
            ObjectMapper mapper,
            String propertyPrefix,
            SettingSources sources,
            UnaryOperator<String> environment,
            PrintStream warnings) {
        super(type, validator, mapper.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), propertyPrefix);
        this.propertyPrefix = propertyPrefix;
        this.sources = sources;
        this.environment = environment;
        this.warnings = warnings;
    }

    @Override
    protected T build(JsonNode root, String path) throws IOException, ConfigurationException {
        if (root.isNull()) {
            throw new WrongSetting(path, "is empty");
        }
        sources.clear();
        substituteIn(root, "", path);
        try {
            return super.build(root, path);
        } catch (Refusal e) {
            throw new WrongSetting(path, e.getMessage());
        }
    }

    /** A system property overrides the setting that it names. */
    @Override
    protected void addOverride(JsonNode root, String name, String value) {
        String trimmed = SettingValue.trimmed(value);
        sources.put(name, trimmed, List.of("-D" + propertyPrefix + "." + name));
        SettingValue.objection(trimmed).ifPresent(objection -> {
            throw new Refusal(name + " " + objection);
        });
        super.addOverride(root, name, trimmed);
    }

    private void substituteIn(JsonNode parent, String setting, String path) throws WrongSetting {
        if (parent instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                String name = setting.isEmpty() ? member.getKey() : setting + "." + member.getKey();
                member.setValue(substituted(object, member.getValue(), name, path));
            }
        } else if (parent instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, substituted(array, array.get(i), setting + "[" + i + "]", path));
            }
        }
    }

    private JsonNode substituted(ContainerNode<?> parent, JsonNode node, String setting, String path)
            throws WrongSetting {
        if (!node.isTextual()) {
            substituteIn(node, setting, path);
            return node;
        }
        String written = node.textValue();
        Set<String> variables = new LinkedHashSet<>();
        String value;
        try {
            value = SettingValue.trimmed(substitutor(setting, variables, path).replace(written));
        } catch (UndefinedEnvironmentVariableException e) {
            throw new WrongSetting(path, setting + " names an environment variable that is not set: " + written);
        }
        if (!variables.isEmpty()) {
            sources.put(setting, value, variables);
        }
        Optional<String> objection = SettingValue.objection(value);
        if (objection.isPresent()) {
            throw new WrongSetting(path, setting + " " + objection.get());
        }
        return value.isEmpty() && !written.isEmpty() ? parent.nullNode() : parent.textNode(value);
    }

    /** Substitutes variables in one setting, and adds their names to {@code taken}. */
    private EnvironmentVariableSubstitutor substitutor(String setting, Set<String> taken, String path) {
        EnvironmentVariableSubstitutor substitutor = new EnvironmentVariableSubstitutor();
        substitutor.setDisableSubstitutionInValues(true);
        substitutor.setVariableResolver(name -> {
            String set = environment.apply(name);
            if (set != null && CommandLine.isUnreadable(set)) {
                throw new Refusal("the environment variable " + name + " " + CommandLine.cannotBeRead());
            }
            String value = set == null ? "" : SettingValue.trimmed(set);
            if (value.isEmpty()) {
                return null;
            }
            if (setting.endsWith(".port")
                    && name.endsWith("_PORT")
                    && SERVICE_LINK.matcher(value).matches()) {
                warnings.println("latchkey: " + path + ": " + setting + ": " + name + "=" + value
                        + " is ignored: it is not a port, but what Kubernetes sets for a Service of this name;"
                        + " enableServiceLinks: false in the pod spec prevents it");
                return null;
            }
            taken.add(name);
            return value;
        });
        return substitutor;
    }

    /** A setting whose text is wrong, whatever its type. */
    private static final class WrongSetting extends ConfigurationException {
        private static final long serialVersionUID = 1;

        WrongSetting(String path, String error) {
            super(path, List.of(error));
        }
    }
}
