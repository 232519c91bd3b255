package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The libraries in {@code src/test/c}, which change what the system tells a process. */
public final class Preloaded {
    private Preloaded() {}

    /** The environment of a process whose clock is ahead by so much; {@code scratch} is for the library. */
    public static Map<String, String> clockAhead(Path scratch, Duration by) throws IOException, InterruptedException {
        Path library = scratch.resolve("clock.so").toAbsolutePath();
        compile("clock", library, "clocks that differ");
        return Map.of("LD_PRELOAD", library.toString(), "CLOCK_AHEAD_S", Long.toString(by.toSeconds()));
    }

    /** Aborts the test, loudly, where there is no C compiler for Linux. */
    static void compile(String name, Path library, String tested) throws IOException, InterruptedException {
        if (!System.getProperty("os.name").equals("Linux") || !runs("gcc", "--version")) {
            String message = "There is no gcc for Linux here: " + tested + " were NOT tested.";
            System.out.println(message);
            abort(message);
        }
        assertThat(runs(
                        "gcc",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-shared",
                        "-fPIC",
                        "-O2",
                        "-o",
                        library.toString(),
                        "src/test/c/" + name + ".c",
                        "-ldl",
                        "-lpthread"))
                .as("gcc compiles %s.c", name)
                .isTrue();
    }

    /** Whether the command is there and succeeds; what it says is shown if it does not. */
    public static boolean runs(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean succeeds = process.waitFor() == 0;
            if (!succeeds) {
                System.out.println(String.join(" ", command) + ": " + output);
            }
            return succeeds;
        } catch (IOException e) {
            return false;
        }
    }
}
