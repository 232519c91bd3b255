package dev.latchkey.cli;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which environment variables the values of settings came from, so that messages can name them. */
final class SettingSources {
    private static final Pattern PORT = Pattern.compile("server\\..*\\.port");
    private static final Pattern HOST = Pattern.compile("server\\..*\\.bindHost");

    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    private record Source(String value, List<String> names) {
        String inBrackets() {
            return " (" + String.join(", ", names) + ")";
        }
    }

    /** For another reading of the file. */
    void clear() {
        sources.clear();
    }

    /** {@code names} are of variables, or of what else has the last word on the setting. */
    void put(String setting, String value, Collection<String> names) {
        sources.put(setting, new Source(value, List.copyOf(names)));
    }

    /** The setting, with where its value came from. */
    String named(String setting) {
        Source source = sources.get(setting);
        return source == null ? setting : setting + source.inBrackets();
    }

    /** A line that begins with a setting, with where its value came from. */
    String inLine(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != ':') {
            end++;
        }
        return named(line.substring(0, end)) + line.substring(end);
    }

    /** An address that cannot be listened on, with where its port came from, or else its host. */
    String afterAddress(String address) {
        String ports = found(PORT, address);
        return address + (ports.isEmpty() ? found(HOST, address) : ports);
    }

    private String found(Pattern setting, String text) {
        String names = sources.entrySet().stream()
                .filter(entry -> setting.matcher(entry.getKey()).matches())
                .map(Map.Entry::getValue)
                // Any port is free.
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
