package dev.latchkey.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Turns a tree of settings into an object, and finds every setting that cannot be part of it: Jackson stops at the first, so that one is
 * taken out of the tree, and Jackson is asked again.
 */
final class Binding {
    private final ObjectMapper mapper;
    private final JsonNode root;
    private final String section;
    private final List<Failure> failures = new ArrayList<>();

    // Taking an element out of a list changes the indexes of the others, but not what they are called in the file.
    private final IdentityHashMap<JsonNode, String> names = new IdentityHashMap<>();

    /** A setting, and what follows its name in a message. */
    record Failure(String setting, String text) {}

    /** A part of the tree, and where it hangs. */
    private record Place(JsonNode parent, JsonMappingException.Reference reference, String setting) {
        /** If it is a number, makes a text of it: 100 in place of 100/1m is wrong, but not because it is a number. */
        boolean becomesText() {
            String name = reference.getFieldName();
            if (!(parent instanceof ObjectNode object) || !object.path(name).isNumber()) {
                return false;
            }
            object.put(name, object.get(name).asText());
            return true;
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(reference.getFieldName());
            } else {
                ((ArrayNode) parent).remove(reference.getIndex());
            }
        }
    }

    /** {@code section} is what the tree is called in the file; empty for the whole file. The tree is changed. */
    Binding(ObjectMapper mapper, JsonNode root, String section) {
        this.mapper = mapper;
        this.root = root;
        this.section = section;
        name(root, section);
    }

    private void name(JsonNode node, String name) {
        if (!node.isContainerNode()) {
            return;
        }
        names.put(node, name);
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            name(node.get(i), name + "[" + i + "]");
        }
        node.properties().forEach(member -> name(member.getValue(), joined(name, member.getKey())));
    }

    static String joined(String section, String member) {
        return section.isEmpty() ? member : section + "." + member;
    }

    /** The object without what is wrong; empty if nothing is left of it. */
    <T> Optional<T> bind(Class<T> type) {
        while (true) {
            try {
                return Optional.ofNullable(mapper.treeToValue(root, type));
            } catch (JsonMappingException e) {
                Place place = place(e.getPath());
                if (place == null) {
                    failures.add(new Failure(section, BindingFailure.text(e)));
                    return Optional.empty();
                }
                if (!place.becomesText()) {
                    failures.add(new Failure(place.setting(), BindingFailure.text(e)));
                    place.remove();
                }
            } catch (JsonProcessingException e) {
                failures.add(new Failure(section, "is wrong: " + e.getOriginalMessage()));
                return Optional.empty();
            }
        }
    }

    /** The innermost part of the tree on this path; null if there is none but the whole. */
    private Place place(List<JsonMappingException.Reference> path) {
        Place place = null;
        JsonNode parent = root;
        for (JsonMappingException.Reference reference : path) {
            String name = reference.getFieldName();
            JsonNode node = name == null ? parent.get(reference.getIndex()) : parent.get(name);
            if (node == null) {
                break;
            }
            String around = names.get(parent);
            String setting = name == null ? around + "[" + reference.getIndex() + "]" : joined(around, name);
            place = new Place(parent, reference, names.getOrDefault(node, setting));
            parent = node;
        }
        return place;
    }

    List<Failure> failures() {
        return failures;
    }
}
