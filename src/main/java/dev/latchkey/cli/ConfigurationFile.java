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
import java.util.List;
import java.util.Map;

/**
 * A YAML file whose values may name environment variables: {@code ${NAME}} or {@code ${NAME:-default}}.
 *
 * <p>They are put in after parsing, so that a password may hold any character whatever it means in YAML. As in a shell, a
 * variable that is empty counts as not set; what is empty in the end is as good as not written.
 */
public final class ConfigurationFile<T> extends YamlConfigurationFactory<T> {
    static final String DEFAULT_PATH = "config.yml";

    private final EnvironmentVariableSubstitutor substitutor = new EnvironmentVariableSubstitutor();

    /** As {@link io.dropwizard.configuration.ConfigurationFactoryFactory} wants it. */
    public ConfigurationFile(Class<T> type, Validator validator, ObjectMapper mapper, String propertyPrefix) {
        super(type, validator, mapper.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), propertyPrefix);
        substitutor.setDisableSubstitutionInValues(true);
        substitutor.setVariableResolver(ConfigurationFile::variable);
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? null : value;
    }

    @Override
    protected T build(JsonNode root, String path) throws IOException, ConfigurationException {
        if (root.isNull()) {
            throw new WrongSetting(path, "is empty");
        }
        substituteIn(root, "", path);
        return super.build(root, path);
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
        try {
            String written = node.textValue();
            String value = substitutor.replace(written);
            return value.isEmpty() && !written.isEmpty() ? parent.nullNode() : parent.textNode(value);
        } catch (UndefinedEnvironmentVariableException e) {
            throw new WrongSetting(
                    path, setting + " names an environment variable that is not set: " + node.textValue());
        }
    }

    /** A setting that is wrong before its type is looked at. */
    private static final class WrongSetting extends ConfigurationException {
        private static final long serialVersionUID = 1;

        WrongSetting(String path, String error) {
            super(path, List.of(error));
        }
    }
}
