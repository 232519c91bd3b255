package dev.latchkey.benchmark;

import dev.latchkey.testing.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** The most memory that a server ever had (VmHWM of Linux) under reads, writes and log-ins of 64 clients, as it is and with small limits. */
final class MemoryRuns {
    static final String LIMITED = "with options for little memory: MiB at most";
    static final String PLAIN = "without options: MiB at most";

    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx72m",
            "-XX:NewRatio=3",
            "-Xss256k",
            "-XX:ReservedCodeCacheSize=40m",
            "-XX:MaxDirectMemorySize=16m",
            "-XX:+ExitOnOutOfMemoryError");

    private MemoryRuns() {}

    static void round(Path jar, Duration time, Measurements measurements) throws Exception {
        measurements.add(LIMITED, peak(jar, OPTIONS, time));
        measurements.add(PLAIN, peak(jar, List.of(), time));
    }

    private static double peak(Path jar, List<String> options, Duration time) throws Exception {
        try (LatchkeyProcess server = LatchkeyProcess.start(Engine.SQLITE, jar, options)) {
            int port = server.process().port();
            AtomicLong keys = new AtomicLong();
            ExecutorService load = Executors.newFixedThreadPool(3);
            try {
                List<Future<HttpLoad.Seen>> all = List.of(
                        load.submit(() -> HttpLoad.measure(port, 40, time, 200, server::read)),
                        load.submit(() -> HttpLoad.measure(
                                port, 20, time, 201, () -> server.create("k" + keys.incrementAndGet()))),
                        load.submit(() -> HttpLoad.measure(port, 4, time, 200, server::logIn)));
                for (Future<HttpLoad.Seen> one : all) {
                    one.get();
                }
            } finally {
                load.shutdownNow();
            }
            return server.process().peakMebibytes();
        }
    }

    static double peakMebibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
