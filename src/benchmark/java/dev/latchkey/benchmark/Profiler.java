package dev.latchkey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import one.profiler.AsyncProfilerLoader;

/** Takes profiles of what another JVM spends its processor time on, by async-profiler: the stacks of all its threads, once a millisecond. */
final class Profiler {
    private static final Path FOLDER = Path.of("target/profile");

    private final String pid;

    Profiler(long pid) throws IOException {
        this.pid = Long.toString(pid);
        Files.createDirectories(FOLDER);
        AsyncProfilerLoader.setExtractionDirectory(FOLDER.toAbsolutePath());
    }

    /** It knows Linux and macOS. */
    static boolean isSupported() {
        return AsyncProfilerLoader.isSupported();
    }

    void start() throws IOException {
        // The timers of threads work where the kernel's own events are forbidden, as in containers; only Linux has
        // them.
        boolean isLinux = System.getProperty("os.name").equals("Linux");
        AsyncProfilerLoader.executeProfiler("start", "-e", isLinux ? "ctimer" : "itimer", "-i", "1ms", "-t", pid);
    }

    /** Stops it, and gives the file with the stacks: a line each, the outermost frame first, and how often it was seen. */
    Path stop(String name) throws IOException {
        Path file = FOLDER.resolve(name + ".collapsed").toAbsolutePath();
        AsyncProfilerLoader.executeProfiler("stop", "-o", "collapsed", "-f", file.toString(), pid);
        return file;
    }
}
