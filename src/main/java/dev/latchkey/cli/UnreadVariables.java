package dev.latchkey.cli;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Variables that are set and change nothing, most likely because their names are misspelt. */
final class UnreadVariables {
    /** Those that commands read themselves. */
    private static final Set<String> READ_BY_COMMANDS =
            Set.of(ConfigurationArgument.VARIABLE, CopyOperation.PASSWORD_VARIABLE);

    /** What Kubernetes sets for a Service of this name, and Docker did for a link. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?");

    private UnreadVariables() {}

    /** A variable, and the one that was meant. */
    record Unread(String name, Optional<String> meant) {}

    /** {@code read} are those that lines of the file name. */
    static List<Unread> find(Map<String, String> environment, Collection<String> read) {
        Set<String> known = new TreeSet<>(READ_BY_COMMANDS);
        known.addAll(read);
        return environment.keySet().stream()
                .filter(name -> name.startsWith(Variables.PREFIX))
                .filter(name -> !SettingValue.trimmed(environment.get(name)).isEmpty())
                .filter(name -> !known.contains(name) && !isInFile(name, known))
                .filter(name -> !SERVICE_LINK.matcher(name).matches()
                        && !Substitution.isServiceLink(name, environment.get(name)))
                .sorted()
                .map(name -> new Unread(name, meant(name, known)))
                .toList();
    }

    private static boolean isInFile(String name, Set<String> known) {
        String inFile = withoutFile(name);
        return known.contains(inFile) && !inFile.equals(ConfigurationArgument.VARIABLE);
    }

    private static Optional<String> meant(String name, Set<String> known) {
        if (withoutFile(name).equals(ConfigurationArgument.VARIABLE)) {
            return Optional.of(ConfigurationArgument.VARIABLE);
        }
        List<String> ends = known.stream()
                .filter(other -> other.startsWith(Variables.PREFIX))
                .map(UnreadVariables::end)
                .toList();
        Optional<String> whole = Suggestion.nearest(end(name), ends);
        return (whole.isPresent() || !name.endsWith(Variables.IN_FILE)
                        ? whole
                        : Suggestion.nearest(end(withoutFile(name)), ends).map(end -> end + Variables.IN_FILE))
                .map(Variables.PREFIX::concat);
    }

    private static String end(String name) {
        return name.substring(Variables.PREFIX.length());
    }

    private static String withoutFile(String name) {
        return name.endsWith(Variables.IN_FILE) ? name.substring(0, name.length() - Variables.IN_FILE.length()) : name;
    }
}
