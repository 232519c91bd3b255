package dev.latchkey;

import dev.latchkey.cli.OperatorBundle;
import dev.latchkey.testing.JarProcess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A command as the jar runs it, but in this JVM, which spares the start of another: how it ends, and every line of standard output and
 * standard error. For the many forms of one case of which the jar itself is asked one; the folder is that of the tests, so a
 * store needs a whole path.
 */
record CommandRun(int exitCode, List<String> output) {

    /** {@code variables} are set beside those that each {@link JarProcess} has. */
    static CommandRun of(Map<String, String> variables, String... arguments) {
        OperatorBundle operator = new OperatorBundle(JarProcess.environment(variables));
        LatchkeyApplication application = new LatchkeyApplication(operator);
        PrintStream standardOutput = System.out;
        PrintStream standardError = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            int exitCode = operator.run(application, arguments).isPresent() ? 1 : 0;
            return new CommandRun(
                    exitCode, printed.toString(StandardCharsets.UTF_8).lines().toList());
        } finally {
            System.setOut(standardOutput);
            System.setErr(standardError);
        }
    }

    /** The lines without the line and column after the name of the file. */
    static List<String> withoutPlaces(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst("config\\.yml:\\d+:\\d+: ", "config.yml: "))
                .toList();
    }
}
