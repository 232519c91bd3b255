package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which credentials, each alternative with all that it takes, open an operation. */
record Access(List<Set<String>> alternatives) {
    static Access of(JsonNode document, JsonNode operation) {
        JsonNode security = operation.has("security") ? operation.path("security") : document.path("security");
        return security.isEmpty()
                ? new Access(List.of(Set.of()))
                : new Access(security.valueStream().map(Access::credentials).toList());
    }

    /** Whether everybody who had what this takes gets in now. */
    boolean allows(Access now) {
        return alternatives.stream().allMatch(had -> now.alternatives.stream().anyMatch(had::containsAll));
    }

    private static Set<String> credentials(JsonNode alternative) {
        Set<String> credentials = new TreeSet<>();
        alternative.properties().forEach(scheme -> {
            credentials.add(scheme.getKey());
            scheme.getValue().forEach(scope -> credentials.add(scheme.getKey() + " " + scope.asText()));
        });
        return credentials;
    }
}
