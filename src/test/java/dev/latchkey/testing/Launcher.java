package dev.latchkey.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@code bin/latchkey} as the packages have it, in a folder of its own. */
public final class Launcher {
    private static final Pattern OPTION = Pattern.compile("-X[^ '\"]+");

    private final Path home;

    /** {@code home} becomes Latchkey's folder, with that jar. */
    public Launcher(Path home, Path jar) throws IOException {
        this.home = home;
        Path program = Files.createDirectories(home.resolve("bin")).resolve("latchkey");
        Files.copy(Path.of("src/main/dist/bin/latchkey"), program);
        program.toFile().setExecutable(true);
        Path library = Files.createDirectories(home.resolve("lib"));
        Files.copy(jar, library.resolve("latchkey.jar"));
        Files.copy(Path.of("config.yml"), library.resolve("rehearsal.yml"));
    }

    /** What it gives to every Java: its heap for a machine with enough memory, and its flags. */
    public static List<String> javaOptions() throws IOException {
        List<String> options = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/main/dist/bin/latchkey"))) {
            if (line.startsWith("default_heap=")) {
                options.add("-Xmx" + line.substring(line.indexOf('=') + 1) + "m");
            } else if (line.startsWith("flags=")) {
                OPTION.matcher(line).results().map(MatchResult::group).forEach(options::add);
            }
        }
        return options;
    }

    /** Runs it to its end, with these variables and no other but {@code PATH}, which may be among them. */
    public Program.Run run(Map<String, String> variables, String... arguments) {
        Map<String, String> all = new TreeMap<>(Map.of("PATH", System.getenv("PATH"), "LC_ALL", "C.UTF-8"));
        all.putAll(variables);
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        all.forEach((name, value) -> command.add(name + "=" + value));
        command.add(home.resolve("bin/latchkey").toString());
        command.addAll(List.of(arguments));
        return Program.run(home, Map.of(), command);
    }
}
