package dev.latchkey.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jar that users get, in a process and a folder of its own, with the {@code config.yml} that users get. */
public final class JarProcess implements AutoCloseable {
    public static final Path JAR = Path.of("target/latchkey.jar").toAbsolutePath();

    private static final Pattern UP =
            Pattern.compile("is up: https?://localhost:(\\d+) \\(admin (http://127\\.0\\.0\\.1:\\d+)\\)");

    /** The classes that a start loads, ready for use, which halves its time; made by the first start of this jar on this Java. */
    private static final class ArchivedClasses {
        static final Path FILE = find();

        private static Path find() {
            Path target = JAR.getParent();
            try (FileChannel lock = FileChannel.open(
                            target.resolve("classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock.lock()) {
                Path archive = target.resolve("classes-" + Runtime.version() + "-"
                        + Files.getLastModifiedTime(JAR).toMillis() + ".jsa");
                if (!Files.exists(archive)) {
                    deleteThoseOfOtherJars(target);
                    make(archive);
                }
                return archive;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private static void deleteThoseOfOtherJars(Path target) throws IOException {
            try (DirectoryStream<Path> archives = Files.newDirectoryStream(target, "classes-*.jsa")) {
                for (Path archive : archives) {
                    Files.delete(archive);
                }
            }
        }

        private static void make(Path archive) throws IOException, InterruptedException {
            Path folder = Files.createTempDirectory(archive.getParent(), "classes-");
            copyConfiguration(folder);
            String option = "-XX:ArchiveClassesAtExit=" + archive;
            try (JarProcess server =
                    launch(JAR, folder, Map.of(), List.of(), List.of(option), "server", "config.yml")) {
                server.api().newToken();
                server.terminate();
                server.exitCode();
            }
        }
    }

    /** Any free ports, and no limits: all clients of a test come from one address. */
    private static final Map<String, String> VARIABLES = Map.of(
            "LATCHKEY_PORT", "0",
            "LATCHKEY_ADMIN_PORT", "0",
            "LATCHKEY_LIMIT_LOGIN_FAILURES_PER_ACCOUNT", "off",
            "LATCHKEY_LIMIT_LOGIN_FAILURES_PER_ADDRESS", "off",
            "LATCHKEY_LIMIT_REGISTRATIONS_PER_ADDRESS", "off",
            "LATCHKEY_LIMIT_REQUESTS_PER_USER", "off");

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Matcher> up = new CompletableFuture<>();
    private final Thread reader = new Thread(this::readOutput, "output of the jar");

    private JarProcess(Process process) {
        this.process = process;
        reader.start();
    }

    /** A copy of the project's {@code config.yml} in {@code folder}. */
    public static Path copyConfiguration(Path folder) throws IOException {
        return Files.copy(Path.of("config.yml"), folder.resolve("config.yml"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** All variables of Latchkey's that are set where a test wants these to be. */
    public static Map<String, String> environment(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(VARIABLES);
        all.putAll(variables);
        return all;
    }

    /** How a shell starts the jar with the Java that runs the tests, in place of {@code java -jar target/latchkey.jar}. */
    public static String inShell() {
        return Stream.concat(
                        java().stream(),
                        Stream.of("-XX:SharedArchiveFile=" + ArchivedClasses.FILE, "-jar", JAR.toString()))
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
    }

    /** Starts the jar with the Java that runs the tests. */
    public static JarProcess start(Path folder, Map<String, String> variables, String... arguments) throws IOException {
        return start(folder, variables, List.of(), arguments);
    }

    /** {@code wrapper} is a command that becomes the one that is given to it, such as {@code env}. */
    public static JarProcess start(
            Path folder, Map<String, String> variables, List<String> wrapper, String... arguments) throws IOException {
        return start(folder, variables, wrapper, List.of(), arguments);
    }

    /** {@code javaOptions} are beside those that every one of these processes has. */
    public static JarProcess start(
            Path folder,
            Map<String, String> variables,
            List<String> wrapper,
            List<String> javaOptions,
            String... arguments)
            throws IOException {
        List<String> options = new ArrayList<>(javaOptions);
        options.add("-XX:SharedArchiveFile=" + ArchivedClasses.FILE);
        return launch(JAR, folder, variables, wrapper, options, arguments);
    }

    /** Starts another jar than the one that was built here. */
    public static JarProcess startOther(Path jar, Path folder, Map<String, String> variables, String... arguments)
            throws IOException {
        return launch(jar.toAbsolutePath(), folder, variables, List.of(), List.of(), arguments);
    }

    private static JarProcess launch(
            Path jar,
            Path folder,
            Map<String, String> variables,
            List<String> wrapper,
            List<String> javaOptions,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(java());
        command.addAll(javaOptions);
        // SQLite's library is unpacked there.
        command.add("-Djava.io.tmpdir="
                + Files.createDirectories(folder.resolve("tmp").toAbsolutePath()));
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_") || name.endsWith("_OPTIONS"));
        builder.environment().putAll(environment(variables));
        return new JarProcess(builder.start());
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // These processes do not live long enough for the better compiler to pay.
                "-XX:TieredStopAtLevel=1",
                // Nor do they have enough garbage for several threads to collect it.
                "-XX:+UseSerialGC",
                // Where there is no archive, all goes on without, and must not say so: tests look at the output.
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off");
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                Matcher found = UP.matcher(line);
                if (found.find()) {
                    up.complete(found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            up.completeExceptionally(new AssertionError("It ended without being up: " + output));
        }
    }

    /** The port, once the server is up. */
    public int port() {
        return Integer.parseInt(awaitUp().group(1));
    }

    public URI admin() {
        return URI.create(awaitUp().group(2));
    }

    /** Unlike {@code join}, this heeds the interrupt by which JUnit ends what takes too long. */
    private Matcher awaitUp() {
        try {
            return up.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("It is not up in time: " + output, e);
        }
    }

    public Api api() {
        return new Api(URI.create("http://127.0.0.1:" + port()));
    }

    /** SIGTERM; {@code Process.destroy} would close the output too. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** {@code kill -9}; like SIGTERM, past {@code Process}, which would close the output. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        exitCode();
    }

    public int exitCode() throws InterruptedException {
        int code = process.waitFor();
        reader.join();
        return code;
    }

    /** Every line so far, of standard output and standard error. */
    public List<String> output() {
        return List.copyOf(output);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
