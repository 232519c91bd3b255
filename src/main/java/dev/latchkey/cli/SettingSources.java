package dev.latchkey.cli;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where the values of settings come from: lines of the file and environment variables, so that messages can name them. */
final class SettingSources {
    private static final Pattern PORT = Pattern.compile("server\\..*\\.port");
    private static final Pattern HOST = Pattern.compile("server\\..*\\.bindHost");

    private final Map<String, Source> sources = new ConcurrentHashMap<>();
    private final Variables variables;
    private volatile Positions positions = Positions.none();

    SettingSources(Variables variables) {
        this.variables = variables;
    }

    private record Source(String value, List<String> names) {
        String inBrackets() {
            return " (" + String.join(", ", names) + ")";
        }
    }

    /** Before the file is read again; {@code newPositions} are those of its settings now. */
    void clear(Positions newPositions) {
        sources.clear();
        positions = newPositions;
    }

    Variables variables() {
        return variables;
    }

    /** Where the setting, or else its section, stands in the file; null if nowhere. */
    Position position(String setting) {
        return positions.at(setting).orElse(null);
    }

    List<Positions.Duplicate> duplicates() {
        return positions.duplicates();
    }

    /** {@code text} follows the name of the setting and the source of its value. */
    Finding finding(Finding.Weight weight, String setting, String text) {
        return new Finding(
                weight, setting, position(setting), named(setting.isEmpty() ? "the whole" : setting) + " " + text);
    }

    /** {@code names} are those of variables, or of a system property that overrides the setting. */
    void put(String setting, String value, Collection<String> names) {
        sources.put(setting, new Source(value, List.copyOf(names)));
    }

    /** The setting, followed by the source of its value. */
    String named(String setting) {
        Source source = sources.get(setting);
        return source == null ? setting : setting + source.inBrackets();
    }

    /** The line, with the source of the value after the setting that it begins with. */
    String inLine(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != ':') {
            end++;
        }
        return named(line.substring(0, end)) + line.substring(end);
    }

    /** An address that cannot be bound, followed by the source of its port, or else of its host. */
    String afterAddress(String address) {
        String ports = found(PORT, address);
        return address + (ports.isEmpty() ? found(HOST, address) : ports);
    }

    private String found(Pattern setting, String text) {
        String names = sources.entrySet().stream()
                .filter(entry -> setting.matcher(entry.getKey()).matches())
                .map(Map.Entry::getValue)
                // Port 0 means any free port, so it is never the cause.
                .filter(source -> !source.value().equals("0"))
                .filter(source -> Pattern.compile("(?<![\\w.])" + Pattern.quote(source.value()) + "(?![\\w.])")
                        .matcher(text)
                        .find())
                .flatMap(source -> source.names().stream())
                .sorted()
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (" + names + ")";
    }
}
