package dev.latchkey.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.reader.UnicodeReader;

/** Where each setting stands in a YAML file. */
final class Positions {
    private final Map<String, Position> known = new HashMap<>();
    private final List<Duplicate> duplicates = new ArrayList<>();

    /** A setting that is there a second time. */
    record Duplicate(String setting, Position first, Position second) {}

    private Positions() {}

    /** Of no file. */
    static Positions none() {
        return new Positions();
    }

    /** Of as many settings as can be read. */
    static Positions of(byte[] yaml) throws IOException {
        Positions positions = new Positions();
        try (UnicodeReader text = new UnicodeReader(new ByteArrayInputStream(yaml))) {
            Node root = new Yaml(new LoaderOptions()).compose(text);
            if (root != null) {
                positions.add("", root, Collections.newSetFromMap(new IdentityHashMap<>()));
            }
        } catch (YAMLException e) {
            // Whoever parses the file for its values says what is wrong.
            return none();
        }
        return positions;
    }

    /** {@code above} are the nodes around this one: an alias may point to one of them. */
    private void add(String setting, Node node, Set<Node> above) {
        if (!above.add(node)) {
            return;
        }
        if (node instanceof MappingNode section) {
            for (NodeTuple member : section.getValue()) {
                if (member.getKeyNode() instanceof ScalarNode key) {
                    String name = setting.isEmpty() ? key.getValue() : setting + "." + key.getValue();
                    put(name, key.getStartMark());
                    add(name, member.getValueNode(), above);
                }
            }
        } else if (node instanceof SequenceNode list) {
            for (int i = 0; i < list.getValue().size(); i++) {
                String name = setting + "[" + i + "]";
                known.put(name, position(list.getValue().get(i).getStartMark()));
                add(name, list.getValue().get(i), above);
            }
        }
        above.remove(node);
    }

    private void put(String setting, Mark mark) {
        Position position = position(mark);
        Position first = known.put(setting, position);
        if (first != null) {
            duplicates.add(new Duplicate(setting, first, position));
        }
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The place of the setting, or else of the section that it would be in; empty if that is the whole file. */
    Optional<Position> at(String setting) {
        String name = setting;
        while (!name.isEmpty()) {
            Position position = known.get(name);
            if (position != null) {
                return Optional.of(position);
            }
            name = name.substring(0, Math.max(0, Math.max(name.lastIndexOf('.'), name.lastIndexOf('['))));
        }
        return Optional.empty();
    }

    List<Duplicate> duplicates() {
        return duplicates;
    }
}
