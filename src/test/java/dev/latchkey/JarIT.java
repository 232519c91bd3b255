package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contract;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Prism;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody gets who has nothing but the jar and {@code config.yml}. */
final class JarIT {
    @TempDir
    private Path folder;

    @Test
    void startsInAnEmptyFolderAndKeepsItsDataToItself() throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            assertThat(server.api().register("somebody").status()).isEqualTo(201);

            assertThat(permissions(folder.resolve("data"))).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(folder.resolve("data"))) {
                assertThat(files.collect(
                                Collectors.toMap(file -> file.getFileName().toString(), JarIT::permissions)))
                        .isEqualTo(Map.of(
                                "latchkey.db", "rw-------",
                                "latchkey.db-lock", "rw-------",
                                "latchkey.db-wal", "rw-------",
                                "latchkey.db-shm", "rw-------"));
            }
            server.terminate();
            assertThat(server.exitCode()).isZero();
            List<String> output = server.output();
            assertThat(output.stream().filter(line -> !line.startsWith("{")).findFirst())
                    .hasValueSatisfying(line -> assertThat(line)
                            .matches(
                                    ".* INFO .* Latchkey \\d.* is up: http://localhost:\\d+ \\(admin http://127\\.0\\.0\\.1:\\d+\\),"
                                            + " data in jdbc:sqlite:data/latchkey\\.db"));
            assertThat(output).noneMatch(line -> line.contains("WARN") || line.contains("ERROR"));
            assertThat(output)
                    .anyMatch(line -> line.matches("\\{\"time\":\"[^\"]*Z\",\"event\":\"registration_succeeded\",.*}"));
        }
    }

    @Test
    void measuresItsJvm() throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml");
                InputStream metrics = server.admin().resolve("/metrics").toURL().openStream()) {
            assertThat(new String(metrics.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"jvm.memory.heap.used\"", "\"jvm.gc.", "\"jvm.threads.count\"");
        }
    }

    @Test
    void losesNothingToKill() throws Exception {
        JarProcess.copyConfiguration(folder);
        String name = Api.newName();
        String token;
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            server.api().register(name);
            token = server.api()
                    .logIn(name, Api.PASSWORD)
                    .body()
                    .at("/data/access_token")
                    .textValue();
            assertThat(server.api().create(token, "key", "value").status()).isEqualTo(201);
            server.kill();
        }
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            assertThat(server.api().read(token, "key").body().at("/data/value").textValue())
                    .isEqualTo("value");
            assertThat(server.api().logIn(name, Api.PASSWORD).status()).isEqualTo(200);
            assertThat(server.api().register(name).outcome()).isEqualTo("409 USERNAME_EXISTS");
        }
    }

    @Test
    void finishesWhatIsInFlightWhenItIsTerminated() throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            byte[] body = Api.registration("latecomer").toString().getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream()
                    .write("""
                    POST /api/register HTTP/1.1
                    Host: localhost
                    Connection: close
                    Content-Type: application/json
                    Content-Length: %d
                    Expect: 100-continue

                    """.formatted(body.length).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            // The server asks for the body when it is about to read it: from here on the request is in flight.
            String goOn = "HTTP/1.1 100 Continue\r\n\r\n";
            InputStream answer = socket.getInputStream();
            assertThat(new String(answer.readNBytes(goOn.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(goOn);

            server.terminate();
            awaitNoNewConnections(server.port());
            socket.getOutputStream().write(body);

            Exchange exchange = parse("POST", "/api/register", answer.readAllBytes());
            Contract.check(exchange);
            Prism.check(exchange);
            assertThat(exchange.status()).isEqualTo(201);
            assertThat(server.exitCode()).isZero();
            assertThat(server.output().get(server.output().size() - 1)).endsWith("latchkey: Stopped");
        }
    }

    @Test
    void checksAConfigurationWithoutStarting() throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess check = JarProcess.start(folder, Map.of(), "check", "config.yml")) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.output()).containsExactly("config.yml is good");
            assertThat(folder.resolve("data")).doesNotExist();
        }
        Files.writeString(folder.resolve("config.yml"), "databse: {}");
        try (JarProcess check = JarProcess.start(folder, Map.of(), "check", "config.yml")) {
            assertThat(check.exitCode()).isEqualTo(1);
            assertThat(check.output())
                    .first()
                    .asString()
                    .isEqualTo("latchkey: config.yml:1:1: databse is not known: did you mean database?");
        }
    }

    @Test
    void knowsItsVersionAndItsLicence() throws Exception {
        try (JarFile jar = new JarFile(JarProcess.JAR.toFile());
                JarProcess version = JarProcess.start(folder, Map.of(), "--version")) {
            String manifest = jar.getManifest().getMainAttributes().getValue("Implementation-Version");
            assertThat(manifest).matches("\\d+\\.\\d+\\.\\d+.*");
            assertThat(version.exitCode()).isZero();
            assertThat(version.output()).containsExactly(manifest);

            assertThat(text(jar, "META-INF/LICENSE"))
                    .startsWith(Files.readString(Path.of("src/main/resources/META-INF/LICENSE")));
            assertThat(text(jar, "docs/swagger-ui-bundle.js.LICENSE.txt")).contains("MIT");
            assertThat(text(jar, "META-INF/licenses/org.webjars/NOTICE")).contains("Apache License 2.0");
            assertThat(text(jar, "META-INF/NOTICE")).startsWith("Latchkey\n").contains("Jackson");
        }
    }

    private static String text(JarFile jar, String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitNoNewConnections(int port) throws IOException {
        while (true) {
            try (Socket another = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(another.isConnected()).isTrue();
            } catch (SocketException e) {
                return;
            }
        }
    }

    private static Exchange parse(String method, String path, byte[] answer) {
        String[] headAndBody = new String(answer, StandardCharsets.UTF_8).split("\r\n\r\n", 2);
        List<String> head = headAndBody[0].lines().toList();
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line : head.subList(1, head.size())) {
            String[] header = line.split(": *", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), List.of(header[1]));
        }
        return new Exchange(method, path, Integer.parseInt(head.get(0).split(" ")[1]), headers, headAndBody[1]);
    }
}
