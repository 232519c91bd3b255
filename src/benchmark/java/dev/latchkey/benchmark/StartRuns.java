package dev.latchkey.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * From the start of the process to the first 200, of a server on a store that is there: this jar, with an archive of its classes, another,
 * and the framework alone, with such an archive too.
 */
final class StartRuns {
    static final String THIS = "this jar: ms to the first 200";
    static final String ARCHIVED = "this jar with an archive of its classes: ms to the first 200";
    static final String BARE = "bare Dropwizard with an archive: ms to the first 200";
    static final String OTHER = "the other jar: ms to the first 200";

    private static final Duration MAX_START = Duration.ofMinutes(2);
    private static final boolean HAS_CACHE = Runtime.version().feature() >= 25;

    private final Path folder;
    private final List<Side> sides;

    private record Side(String name, List<String> options, List<String> program, Path configuration) {}

    private StartRuns(Path folder, List<Side> sides) {
        this.folder = folder;
        this.sides = sides;
    }

    /** {@code other} is a jar with its {@code config.yml} beside it, or null for none. */
    static StartRuns prepare(Path other) throws Exception {
        Path folder = Files.createTempDirectory("latchkey-start-");
        Path jar = LatchkeyProcess.jar().toAbsolutePath();
        Path configuration = Path.of("config.yml");
        Path bare = BareDropwizard.jar(folder);
        List<String> program = List.of("-jar", jar.toString());
        List<Side> sides = new ArrayList<>(List.of(
                new Side(THIS, List.of(), program, configuration),
                new Side(ARCHIVED, use(folder.resolve("archive")), program, configuration),
                new Side(
                        BARE,
                        use(folder.resolve("bare-archive")),
                        List.of("-cp", bare + File.pathSeparator + jar, BareDropwizard.class.getName()),
                        BareDropwizard.configuration(folder))));
        if (other != null) {
            sides.add(
                    new Side(OTHER, List.of(), List.of("-jar", other.toString()), other.resolveSibling("config.yml")));
        }
        StartRuns runs = new StartRuns(folder, sides);
        for (Side side : sides) {
            // Makes its store.
            runs.millis(side, side.options());
        }
        runs.millis(sides.get(1), make(folder.resolve("archive")));
        runs.millis(sides.get(2), make(folder.resolve("bare-archive")));
        return runs;
    }

    private static List<String> use(Path archive) {
        return List.of("-XX:+UseSerialGC", (HAS_CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
    }

    private static List<String> make(Path archive) {
        return List.of("-XX:+UseSerialGC", (HAS_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive);
    }

    /** In turns, and each round in another order. */
    void round(int number, Measurements measurements) throws Exception {
        for (int turn = 0; turn < sides.size(); turn++) {
            Side side = sides.get((number + turn) % sides.size());
            measurements.add(side.name(), millis(side, side.options()));
        }
    }

    private double millis(Side side, List<String> options) throws Exception {
        int port = freePort();
        List<String> java = new ArrayList<>(options);
        java.addAll(side.program());
        ProcessBuilder builder = Jvm.of(java, "server", side.configuration().toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
        builder.environment().put("LATCHKEY_PORT", Integer.toString(port));
        builder.environment().put("LATCHKEY_HOST", "127.0.0.1");
        builder.environment().put("LATCHKEY_ADMIN_PORT", "0");
        builder.environment()
                .put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + folder.resolve(sides.indexOf(side) + ".db"));
        Path log = folder.resolve("log");
        builder.redirectOutput(log.toFile());
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            while (!answers(port)) {
                boolean hasEnded = process.waitFor(5, TimeUnit.MILLISECONDS);
                if (hasEnded || System.nanoTime() - start > MAX_START.toNanos()) {
                    throw new IOException("It is not up: " + Files.readString(log));
                }
            }
            return (System.nanoTime() - start) / 1e6;
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean answers(int port) throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/health/live").toURL().openConnection();
        try {
            return request.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        } finally {
            request.disconnect();
        }
    }
}
