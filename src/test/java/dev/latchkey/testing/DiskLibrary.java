package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** {@code src/test/c/disk.c}, compiled: the disk under a process's folder, to be watched and broken. */
public final class DiskLibrary {
    private final Map<String, String> variables = new HashMap<>();

    /** Aborts the test, loudly, where there is no C compiler for Linux. */
    public DiskLibrary(Path scratch, Path folder) throws IOException, InterruptedException {
        Path library = scratch.resolve("disk.so");
        if (!System.getProperty("os.name").equals("Linux") || !runs("gcc", "--version")) {
            String message = "There is no gcc for Linux here: power cuts and broken disks were NOT tested.";
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
                        "src/test/c/disk.c",
                        "-ldl",
                        "-lpthread"))
                .as("gcc compiles disk.c")
                .isTrue();
        variables.put("LD_PRELOAD", library.toString());
        variables.put("DISK_FOLDER", folder.toRealPath().toString());
    }

    public DiskLibrary with(String variable, Path file) {
        variables.put(variable, file.toString());
        return this;
    }

    /** The environment of a process that is to have this disk. */
    public Map<String, String> variables() {
        return Map.copyOf(variables);
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

    /** A file whose existence switches a fault on. */
    public static final class Switch implements AutoCloseable {
        private final Path file;

        public Switch(Path file) throws IOException {
            this.file = Files.createFile(file);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
