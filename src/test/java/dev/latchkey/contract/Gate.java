package dev.latchkey.contract;

import java.util.List;
import java.util.stream.Collectors;

/** What becomes of a change of the contract: it passes if it breaks nobody, or if the major version has moved. */
record Gate(String released, String current, List<Break> breaks) {
    static Gate between(Document released, Document current) {
        return new Gate(released.version(), current.version(), Compatibility.breaks(released, current));
    }

    boolean isOpen() {
        return breaks.isEmpty() || major(current) > major(released);
    }

    /** For the engineer who made the change. */
    String report() {
        if (breaks.isEmpty()) {
            return "api/openapi.yaml breaks no client of Latchkey " + released + ".";
        }
        String list = breaks.stream().map(found -> "  - " + found + ".\n").collect(Collectors.joining());
        String heading =
                "api/openapi.yaml breaks clients of Latchkey " + released + ", the last release:\n\n" + list + "\n";
        if (isOpen()) {
            return heading + "That is allowed, since " + current + " is another major version. Say it in CHANGELOG.md.";
        }
        return heading
                + "There are two ways out:\n"
                + "  1. Leave what clients use as it is, and add the new thing beside it:\n"
                + "     another operation, an optional member, a new error code.\n"
                + "  2. If it has to break, make the next release " + (major(released) + 1) + ".0.0:\n"
                + "     set `info.version` in api/openapi.yaml; VersionTest says where else.\n"
                + "What counts as a break, and why, is in src/site/markdown/releasing.md.";
    }

    private static int major(String version) {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }
}
