package dev.latchkey.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether clients of a released contract can go on with the current one: those that speak HTTP themselves, and those that were written
 * with the SDKs, whose operations, parameters and types have the contract's names.
 */
final class Compatibility {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    private static final String ANY_REQUEST = "x-responses-to-any-request";
    private static final String CALLS_FAIL = "Clients that call it fail";

    private final JsonNode released;
    private final JsonNode current;
    private final Breaks breaks = new Breaks();

    private Compatibility(JsonNode released, JsonNode current) {
        this.released = released;
        this.current = current;
    }

    static List<Break> breaks(Document released, Document current) {
        Compatibility comparison = new Compatibility(released.root(), current.root());
        comparison.compare();
        return comparison.breaks.found();
    }

    private void compare() {
        OperationComparison operations = new OperationComparison(released, current, breaks);
        Map<String, Operation> left = operations(current);
        operations(released).forEach((route, operation) -> {
            Operation now = left.get(route);
            if (now == null) {
                breaks.add(operation.name(), "it is gone", CALLS_FAIL);
            } else {
                operations.compare(operation, now);
            }
        });
        operations.responses().compare("any request", released.path(ANY_REQUEST), current.path(ANY_REQUEST), Set.of());
        compareSchemaNames();
        compareSecuritySchemes();
        compareServers();
    }

    /** By method and path, whatever the path's parameters are called. */
    static Map<String, Operation> operations(JsonNode document) {
        Map<String, Operation> operations = new LinkedHashMap<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(member -> METHODS.contains(member.getKey()))
                .forEach(member -> {
                    String method = member.getKey().toUpperCase(Locale.ROOT) + " ";
                    operations.put(
                            method + path.getKey().replaceAll("\\{[^}]*}", "{}"),
                            new Operation(method + path.getKey(), member.getValue(), path.getValue()));
                }));
        return operations;
    }

    private void compareSchemaNames() {
        JsonNode left = current.at("/components/schemas");
        released.at("/components/schemas").fieldNames().forEachRemaining(name -> {
            if (!left.has(name)) {
                breaks.add("schema " + name, "it is gone", "Code that uses this type of an SDK does not compile");
            }
        });
    }

    private void compareSecuritySchemes() {
        JsonNode left = current.at("/components/securitySchemes");
        released.at("/components/securitySchemes").properties().forEach(scheme -> {
            String place = "security scheme " + scheme.getKey();
            if (left.has(scheme.getKey())) {
                breaks.addUnknown(place, scheme.getValue(), left.path(scheme.getKey()), Set.of());
            } else {
                breaks.add(place, "it is gone", "Clients send what is no longer taken");
            }
        });
    }

    /** The first is where SDKs call by default. */
    private void compareServers() {
        JsonNode before = released.at("/servers/0");
        JsonNode after = current.at("/servers/0");
        String place = "server " + before.path("url").asText();
        breaks.addUnknown(place, before, after, Set.of("variables"));
        before.path("variables")
                .properties()
                .forEach(variable -> breaks.addUnknown(
                        place + ", variable " + variable.getKey(),
                        variable.getValue(),
                        after.path("variables").path(variable.getKey()),
                        Set.of()));
    }
}
