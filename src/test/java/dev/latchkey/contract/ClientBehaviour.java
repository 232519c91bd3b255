package dev.latchkey.contract;

import java.util.List;
import java.util.Set;

/**
 * What clients do by themselves because the contract says so of an operation.
 *
 * @param repeat when they send it again though it may have been done
 * @param endsSession whether they forget their tokens after it
 */
record ClientBehaviour(String repeat, boolean endsSession) {
    static final String REPEAT = "x-repeat";
    static final String ENDS_SESSION = "x-ends-session";

    /** Each allows what those before it do. */
    static final List<String> REPEATS = List.of("never", "unavailable", "always");

    static boolean isSaidOf(Operation operation) {
        return operation.node().has(REPEAT) || operation.node().has(ENDS_SESSION);
    }

    static ClientBehaviour of(Operation operation) {
        return new ClientBehaviour(
                operation.node().path(REPEAT).asText("absent"),
                operation.node().path(ENDS_SESSION).asBoolean());
    }

    /** The same of an operation of the last release, whose contract may say nothing of it yet. */
    static ClientBehaviour released(Operation operation) {
        return isSaidOf(operation) ? of(operation) : unsaid(operation);
    }

    /**
     * What the clients of 0.1.0 do: it was written into them by hand, since that contract does not say it. The next release's does; then this can go.
     */
    private static ClientBehaviour unsaid(Operation operation) {
        boolean endsSession =
                Set.of("logOut", "endAllSessions", "deleteAccount").contains(operation.id());
        String repeat =
                switch (operation.id()) {
                    case "changePassword", "deleteAccount" -> "never";
                    case "createToken" -> "unavailable";
                    case "refreshToken" -> "always";
                    default -> unsaidByMethod(operation.route());
                };
        return new ClientBehaviour(repeat, endsSession);
    }

    private static String unsaidByMethod(String route) {
        return switch (route.substring(0, route.indexOf(' '))) {
            case "GET" -> "always";
            case "POST" -> "never";
            default -> "unavailable";
        };
    }

    boolean repeatsAsOftenAs(ClientBehaviour other) {
        return REPEATS.indexOf(repeat) >= REPEATS.indexOf(other.repeat);
    }
}
