package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where {@code $ref} leads. */
final class References {
    static final JsonNode NOTHING = MissingNode.getInstance();

    private References() {}

    /** The node itself, or what it refers to, with what stands beside the reference taking precedence. */
    static JsonNode resolve(JsonNode document, JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        JsonNode target =
                resolve(document, document.at(node.path("$ref").asText().substring(1)));
        if (target.isMissingNode()) {
            throw new AssertionError(
                    "api/openapi.yaml has nothing at " + node.path("$ref").asText());
        }
        ObjectNode resolved = target.deepCopy();
        node.properties().forEach(beside -> resolved.set(beside.getKey(), beside.getValue()));
        resolved.remove("$ref");
        return resolved;
    }

    /** What a component is called, or nothing for a schema that is written in place. */
    static String name(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    static String escape(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }
}
