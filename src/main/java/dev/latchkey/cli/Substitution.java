package dev.latchkey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Puts the values of environment variables into a tree of settings. What cannot be substituted is taken out of the tree. */
final class Substitution {
    // Kubernetes sets <NAME>_PORT like this for every Service, and Docker did for every link.
    private static final Pattern SERVICE_LINK =
            Pattern.compile("(tcp|udp|sctp)://([0-9.]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}");

    private static final Pattern SECRET = Pattern.compile(".*(password|secret).*");

    private final SettingSources sources;
    private final List<Finding> findings;
    private final Set<String> read = new TreeSet<>();

    /** Adds what is wrong to {@code findings}. */
    Substitution(SettingSources sources, List<Finding> findings) {
        this.sources = sources;
        this.findings = findings;
    }

    /** The names of all variables that a setting asked for, set or not. */
    Set<String> read() {
        return read;
    }

    static boolean isServiceLink(String name, String value) {
        return name.endsWith("_PORT") && SERVICE_LINK.matcher(value).matches();
    }

    void apply(JsonNode parent, String setting) {
        if (parent instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                String name = Binding.joined(setting, member.getKey());
                member.setValue(substituted(object, member.getValue(), name));
            }
        } else if (parent instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, substituted(array, array.get(i), setting + "[" + i + "]"));
            }
        }
    }

    private JsonNode substituted(ContainerNode<?> parent, JsonNode node, String setting) {
        if (!node.isTextual()) {
            apply(node, setting);
            return node;
        }
        String written = node.textValue();
        List<Variables.Value> taken = new ArrayList<>();
        String value;
        try {
            value = SettingValue.trimmed(substitutor(setting, taken).replace(written));
        } catch (UndefinedEnvironmentVariableException e) {
            add(
                    Weight.WRONG,
                    setting,
                    "names an environment variable that is not set: " + written
                            + ": set it, or write the value after ':-', as in ${NAME:-value}");
            return parent.nullNode();
        } catch (Refusal e) {
            findings.add(new Finding(Weight.WRONG, setting, sources.position(setting), e.getMessage()));
            return parent.nullNode();
        }
        if (!taken.isEmpty()) {
            sources.put(
                    setting,
                    value,
                    taken.stream().map(Variables.Value::name).distinct().toList());
            noticeIfPublic(setting, taken);
        }
        Optional<String> objection = SettingValue.objection(value);
        if (objection.isPresent()) {
            add(Weight.WRONG, setting, objection.get());
            return parent.nullNode();
        }
        return value.isEmpty() && !written.isEmpty() ? parent.nullNode() : parent.textNode(value);
    }

    private void add(Weight weight, String setting, String text) {
        findings.add(sources.finding(weight, setting, text));
    }

    /** Substitutes variables in one setting, and adds them to {@code taken}. */
    private EnvironmentVariableSubstitutor substitutor(String setting, List<Variables.Value> taken) {
        EnvironmentVariableSubstitutor substitutor = new EnvironmentVariableSubstitutor();
        substitutor.setDisableSubstitutionInValues(true);
        substitutor.setVariableResolver(name -> {
            read.add(name);
            Variables.Value value = sources.variables().read(name).orElse(null);
            if (value == null || isIgnored(setting, value)) {
                return null;
            }
            taken.add(value);
            return value.text();
        });
        return substitutor;
    }

    private boolean isIgnored(String setting, Variables.Value value) {
        boolean isIgnored = setting.endsWith(".port") && isServiceLink(value.name(), value.text());
        if (isIgnored) {
            findings.add(new Finding(
                    Weight.NOTICE,
                    setting,
                    sources.position(setting),
                    setting + ": " + value.name() + "=" + value.text()
                            + " is ignored: it is not a port, but what Kubernetes sets for a Service of this name;"
                            + " enableServiceLinks: false in the pod spec prevents it"));
        }
        return isIgnored;
    }

    private void noticeIfPublic(String setting, List<Variables.Value> taken) {
        for (Variables.Value value : taken) {
            if (isSecret(setting) && value.isPublic()) {
                add(
                        Weight.NOTICE,
                        setting,
                        "comes from a file that every user of this machine can read, " + value.file()
                                + ": chmod 600 prevents it");
            }
        }
    }

    private static boolean isSecret(String setting) {
        return SECRET.matcher(setting.toLowerCase(Locale.ROOT)).matches();
    }
}
