package dev.latchkey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code mvn -Pfuzz} runs: Jazzer on one target after the other, with as many inputs each as the argument says. */
final class Fuzz {
    private static final Path KEPT = Path.of("src/test/fuzz");

    /** What the fuzzer finds goes to its copy of the inputs that are kept. */
    private static final Path FOLDER = Path.of("target/fuzz").toAbsolutePath();

    private static final List<Map.Entry<String, String>> TARGETS = List.of(
            Map.entry("access-token", "dev.latchkey.server.auth.AccessTokenFuzzTarget"),
            Map.entry("refresh-token", "dev.latchkey.sessions.RefreshTokenFuzzTarget"));

    private static final String INSTRUMENTED = "dev.latchkey.server.auth.**:dev.latchkey.sessions.**:com.nimbusds.**";

    private Fuzz() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        copyInputs();
        for (Map.Entry<String, String> target : TARGETS) {
            int exitCode = run(target.getKey(), target.getValue(), arguments[0]);
            if (exitCode != 0) {
                System.exit(exitCode);
            }
        }
    }

    private static void copyInputs() throws IOException {
        try (Stream<Path> files = Files.walk(KEPT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = FOLDER.resolve(KEPT.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static int run(String name, String target, String runs) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+EnableDynamicAgentLoading",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target,
                        "--instrumentation_includes=" + INSTRUMENTED,
                        "--coverage_report=" + FOLDER.resolve(name + "-coverage.txt"),
                        "--reproducer_path=" + FOLDER,
                        "-artifact_prefix=" + FOLDER.resolve(name + "-"),
                        "-runs=" + runs,
                        "-max_len=4096",
                        "-print_final_stats=1",
                        FOLDER.resolve(name).toString())
                .inheritIO()
                .start()
                .waitFor();
    }
}
