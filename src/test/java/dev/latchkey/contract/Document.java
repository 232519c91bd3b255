package dev.latchkey.contract;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An OpenAPI document in memory, and edits of it as somebody would make them in the file. Places are JSON pointers. */
final class Document {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private final ObjectNode root;

    private Document(ObjectNode root) {
        this.root = root;
    }

    static Document read(Path file) {
        try {
            return new Document((ObjectNode) YAML.readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    String version() {
        return root.at("/info/version").textValue();
    }

    Document copy() {
        return new Document(root.deepCopy());
    }

    /** Puts a value, written in YAML, where one is or where none is yet. */
    Document set(String place, String yaml) {
        JsonPointer pointer = JsonPointer.compile(place);
        JsonNode parent = existing(pointer.head().toString());
        if (parent instanceof ArrayNode array) {
            array.set(pointer.last().getMatchingIndex(), parse(yaml));
        } else {
            ((ObjectNode) parent).set(pointer.last().getMatchingProperty(), parse(yaml));
        }
        return this;
    }

    Document add(String array, String yaml) {
        ((ArrayNode) existing(array)).add(parse(yaml));
        return this;
    }

    Document remove(String place) {
        existing(place);
        JsonPointer pointer = JsonPointer.compile(place);
        JsonNode parent = existing(pointer.head().toString());
        if (parent instanceof ArrayNode array) {
            array.remove(pointer.last().getMatchingIndex());
        } else {
            ((ObjectNode) parent).remove(pointer.last().getMatchingProperty());
        }
        return this;
    }

    /** Renames a member, which stays where it was among the others. */
    Document rename(String place, String name) {
        existing(place);
        JsonPointer pointer = JsonPointer.compile(place);
        ObjectNode parent = (ObjectNode) existing(pointer.head().toString());
        Map<String, JsonNode> renamed = new LinkedHashMap<>();
        parent.properties()
                .forEach(member -> renamed.put(
                        member.getKey().equals(pointer.last().getMatchingProperty()) ? name : member.getKey(),
                        member.getValue()));
        parent.removeAll();
        parent.setAll(renamed);
        return this;
    }

    /** Puts what is at a place at another one as well. */
    Document copyTo(String place, String target) {
        return set(target, existing(place).toString());
    }

    /** Names another component wherever this one was. */
    Document refer(String from, String to) {
        root.findParents("$ref").forEach(node -> {
            if (node.path("$ref").asText().equals(from)) {
                ((ObjectNode) node).put("$ref", to);
            }
        });
        return this;
    }

    private JsonNode existing(String place) {
        JsonNode node = root.at(place);
        if (node.isMissingNode()) {
            throw new AssertionError("The contract has nothing at " + place);
        }
        return node;
    }

    private static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
