package dev.latchkey.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Node.js, with what is in {@code src/test/node}: scripts, and the packages that its lock file names. */
public final class Node {
    private static final Path SOURCE = Path.of("src/test/node").toAbsolutePath();

    /** {@code src/test/node} with its packages, in which the scripts run. */
    public static final Path FOLDER = Path.of("target/node").toAbsolutePath();

    /** How Node.js tells of tests. */
    public static final String REPORTER = "--test-reporter=spec";

    private Node() {}

    /** Installs the packages; aborts the test, loudly, where there is no Node.js or where they cannot be had. */
    public static synchronized void install(String untested) {
        Program.find(untested, "node");
        Path installed = FOLDER.resolve("node_modules/.package-lock.json");
        try {
            boolean isCurrent = Files.exists(installed)
                    && Files.mismatch(SOURCE.resolve("package-lock.json"), FOLDER.resolve("package-lock.json")) < 0;
            copySource();
            if (!isCurrent) {
                Files.deleteIfExists(installed);
                Program.Run run = npm(FOLDER, untested, "ci", "--ignore-scripts");
                if (run.exitCode() != 0) {
                    Program.missing(
                            "node",
                            run.output() + "npm cannot install its packages here: " + untested + " NOT tested.");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs npm, without what it would say or ask of the world unasked. */
    public static Program.Run npm(Path folder, String untested, String... arguments) {
        return Program.run(
                folder,
                Map.of(
                        "npm_config_audit", "false",
                        "npm_config_fund", "false",
                        "npm_config_update_notifier", "false",
                        "npm_config_loglevel", "error"),
                command(Program.find(untested, "npm"), arguments));
    }

    /** Runs a script of {@link #FOLDER}. */
    public static Program.Run run(Map<String, String> variables, String untested, String... arguments) {
        return Program.run(FOLDER, variables, command(Program.find(untested, "node"), arguments));
    }

    /** Runs tests of {@link #FOLDER}. What failed, and why, is the end of the output, where all other output does not hide it. */
    public static Program.Run test(Map<String, String> variables, String untested, String script) {
        return run(variables, untested, "--test", REPORTER, script);
    }

    private static List<String> command(Path program, String... arguments) {
        return Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList();
    }

    private static void copySource() throws IOException {
        Files.createDirectories(FOLDER);
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = FOLDER.resolve(SOURCE.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
