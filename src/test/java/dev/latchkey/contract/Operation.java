package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One operation, with the path that it belongs to. */
record Operation(String route, JsonNode node, JsonNode path) {
    String id() {
        return node.path("operationId").asText();
    }

    String name() {
        return route + " (" + id() + ")";
    }

    /** In the order of the arguments of the SDKs. */
    List<JsonNode> parameters() {
        List<JsonNode> parameters = new ArrayList<>();
        path.path("parameters").forEach(parameters::add);
        node.path("parameters").forEach(parameters::add);
        return parameters;
    }
}
