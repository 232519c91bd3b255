package dev.latchkey.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that is not Latchkey's, and that it or its clients work with: Node.js, Python, a browser, PgBouncer, Prometheus. Where it is
 * missing, what needs it is not tested, and says so; {@code -Dlatchkey.require=node,chromium} makes that a failure.
 */
public final class Program {
    private static final Set<String> REQUIRED =
            Set.of(System.getProperty("latchkey.require", "").split(","));

    private static final int MAX_MINUTES = ProofSize.of(10, 60);

    private Program() {}

    /** The first of these names that is a program here; {@code untested} is a subject with its verb, such as "the pages were". */
    public static Path find(String untested, String... names) {
        return find(untested, names[0], List.of(names));
    }

    /** A browser: Chromium, preferably without what shows its windows, which takes half the time; it is required as {@code chromium}. */
    public static Path browser(String untested) {
        return find(
                untested,
                "chromium",
                List.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"));
    }

    private static Path find(String untested, String required, List<String> names) {
        Optional<Path> program = names.stream()
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            missing(required, "There is no " + required + " here: " + untested + " NOT tested.");
        }
        return program.orElseThrow();
    }

    /** Aborts the test with this message, or fails it if {@code name} is required. */
    public static void missing(String name, String message) {
        System.out.println(message);
        if (REQUIRED.contains(name)) {
            fail(message);
        }
        abort(message);
    }

    /** What a run wrote to standard output and standard error. */
    public record Run(int exitCode, String output) {

        /** The output, of a run that succeeded. */
        public String succeeded() {
            return exitCode == 0 ? output : fail("It ended with " + exitCode + ":\n" + output);
        }
    }

    /** Runs a command to its end. Neither it nor what it started outlives the tests, or {@link #MAX_MINUTES}. */
    public static Run run(Path folder, Map<String, String> variables, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(variables);
        try {
            Process process = builder.start();
            Thread end = new Thread(() -> end(process));
            Runtime.getRuntime().addShutdownHook(end);
            // To read its output cannot be interrupted: it ends when all have ended that could write there.
            CompletableFuture<Void> late = CompletableFuture.runAsync(
                    () -> end(process), CompletableFuture.delayedExecutor(MAX_MINUTES, TimeUnit.MINUTES));
            try {
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!late.cancel(false)) {
                    return fail(command + " did not end within " + MAX_MINUTES + " minutes:\n" + output);
                }
                return new Run(process.waitFor(), output);
            } finally {
                late.cancel(false);
                end(process);
                Runtime.getRuntime().removeShutdownHook(end);
            }
        } catch (IOException e) {
            return fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(e);
        }
    }

    private static void end(Process process) {
        // First those that it started: once it is gone, nobody knows them.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
