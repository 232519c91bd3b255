package dev.latchkey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.configuration.YamlConfigurationFactory;
import java.util.List;

/** Puts the values of system properties into a tree of settings, in place of those that they name. */
final class PropertyOverrides<T> {
    private final Class<T> type;
    private final ObjectMapper mapper;
    private final String prefix;
    private final SettingSources sources;
    private final List<Finding> findings;

    /**
     * Adds what is wrong to {@code findings}.
     *
     * @param prefix what the names of the properties begin with, before a dot
     */
    PropertyOverrides(
            Class<T> type, ObjectMapper mapper, String prefix, SettingSources sources, List<Finding> findings) {
        this.type = type;
        this.mapper = mapper;
        this.prefix = prefix + ".";
        this.sources = sources;
        this.findings = findings;
    }

    void apply(JsonNode root) {
        for (String property : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(property);
            if (property.startsWith(prefix) && value != null) {
                String name = property.substring(prefix.length());
                String trimmed = SettingValue.trimmed(value);
                sources.put(name, trimmed, List.of("-D" + property));
                SettingValue.objection(trimmed)
                        .ifPresentOrElse(
                                objection -> findings.add(sources.finding(Weight.WRONG, name, objection)),
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
}
