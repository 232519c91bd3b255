package dev.latchkey.testing;

import java.io.IOException;
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
        Preloaded.compile("disk", library, "power cuts and broken disks");
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
