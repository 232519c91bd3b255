package dev.latchkey.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, which says on standard output which port it listens on. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern UP = Pattern.compile("is up: http://[^:]+:(\\d+)");

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Waits until it is up. */
    static ServerProcess start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end of a server"));
        BufferedReader output = process.inputReader();
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher up = UP.matcher(line);
            if (up.find()) {
                drain(process);
                return new ServerProcess(process, Integer.parseInt(up.group(1)));
            }
            seen.append(line).append('\n');
        }
        throw new IOException("It ended without being up: " + seen);
    }

    private static void drain(Process process) {
        Thread drain = new Thread(
                () -> {
                    try {
                        process.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // The end of the process.
                    }
                },
                "output of a server");
        drain.setDaemon(true);
        drain.start();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The processor time that it has taken since it was started. */
    Duration cpu() {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("This system does not say what a process takes"));
    }

    /** The most memory that it had at once; Linux only. */
    double peakMebibytes() throws IOException {
        return MemoryRuns.peakMebibytes(process.pid());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
