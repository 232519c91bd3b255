package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A blank or a line end at the edge of a setting changes nothing; a control character within one is refused. */
final class BlankInSettingIT {
    private static final String URL = "LATCHKEY_DATABASE_URL";

    @TempDir
    private Path folder;

    @BeforeEach
    void copyConfiguration() throws Exception {
        JarProcess.copyConfiguration(folder);
    }

    @Test
    void thereIsOneStoreForAllWhoWorkOnIt() throws Exception {
        Map<String, String> variables = Map.of(URL, "jdbc:sqlite:data/latchkey.db\r\n");
        String token;
        String backup;
        try (JarProcess server = JarProcess.start(folder, variables, "server")) {
            token = server.api().newToken();
            backup = backupBetweenTwo(server.api(), server.admin(), token);
            server.terminate();
            assertThat(server.exitCode()).isZero();
        }

        try (JarProcess restore = JarProcess.start(folder, variables, "restore", backup)) {
            assertThat(restore.exitCode()).as(restore.output()::toString).isZero();
            assertThat(restore.output()).last().isEqualTo("jdbc:sqlite:data/latchkey.db is restored from " + backup);
        }
        try (JarProcess server = JarProcess.start(folder, variables, "server")) {
            isRestored(server.api(), token);
        }
    }

    /** {@code _} is where the address stands. */
    @ParameterizedTest
    @ValueSource(strings = {"_\n", "_\r", " _ \t", "\uFEFF_\u00A0"})
    void soThereIsInThisProcess(String form) throws Exception {
        String address = "jdbc:sqlite:" + folder.resolve("data/latchkey.db");
        Map<String, String> variables = Map.of(
                URL,
                form.replace("_", address),
                "LATCHKEY_BACKUP_FOLDER",
                folder.resolve("data/backups").toString());
        String token;
        String backup;
        try (ServerHere server = ServerHere.start(variables)) {
            token = server.api().newToken();
            backup = backupBetweenTwo(server.api(), server.admin(), token);
        }

        CommandRun restore = CommandRun.of(variables, "restore", backup);
        assertThat(restore.exitCode()).as(restore.output()::toString).isZero();
        assertThat(restore.output()).last().isEqualTo(address + " is restored from " + backup);
        try (ServerHere server = ServerHere.start(variables)) {
            isRestored(server.api(), token);
        }
    }

    /** The backup has the entry {@code before}, and the store {@code after} as well. */
    private String backupBetweenTwo(Api api, URI admin, String token) throws Exception {
        assertThat(api.create(token, "before", "value").status()).isEqualTo(201);
        assertThat(names(folder.resolve("data")))
                .containsExactly("latchkey.db", "latchkey.db-lock", "latchkey.db-shm", "latchkey.db-wal");
        for (String name : names(folder.resolve("data"))) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("data").resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        String backup = backup(admin);
        assertThat(api.create(token, "after", "value").status()).isEqualTo(201);
        return backup;
    }

    private void isRestored(Api api, String token) throws Exception {
        assertThat(api.read(token, "before").status()).isEqualTo(200);
        assertThat(api.read(token, "after").status()).isEqualTo(404);

        Files.delete(folder.resolve("data/latchkey.db"));
        assertThat(api.register("late").status()).isEqualTo(503);
        assertThat(names(folder.resolve("data"))).noneMatch(name -> name.matches("\\s*latchkey\\.db\\s*"));
    }

    @Test
    void soItIsWithACopy() throws Exception {
        DatabaseSettings store = DatabaseSettings.defaults()
                .elsewhere("jdbc:sqlite:" + folder.resolve("data/latchkey.db").toAbsolutePath(), null, null);
        try (TestDatabase database = new TestDatabase(store)) {
            database.addUser("fox");
        }
        try (JarProcess copy =
                JarProcess.start(folder, Map.of(), "copy-store", "--to", "\tjdbc:sqlite:copy/other.db\r\n")) {
            assertThat(copy.exitCode()).as(copy.output()::toString).isZero();
            assertThat(copy.output())
                    .last()
                    .isEqualTo("jdbc:sqlite:data/latchkey.db is copied to jdbc:sqlite:copy/other.db");
        }
        assertThat(names(folder.resolve("copy"))).containsExactly("other.db", "other.db-lock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("copy/other.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aControlCharacterWithinAnArgumentIsRefused() throws Exception {
        refused(Map.of(), "--to must not hold the control character U+000D", "copy-store", "--to", "jdbc:sqlite:a\rb");
        refusedHere(Map.of(), "--to is empty", "copy-store", "--to", " \n");
        refusedHere(
                Map.of(),
                "--to-user must not hold the control character U+000A",
                "copy-store",
                "--to",
                "jdbc:postgresql://localhost/latchkey",
                "--to-user",
                "latch\nkey");
        refused(
                Map.of("LATCHKEY_TO_PASSWORD", "ses\tame"),
                "LATCHKEY_TO_PASSWORD must not hold the control character U+0009",
                "copy-store",
                "--to",
                "jdbc:postgresql://localhost/latchkey");
        refusedHere(
                Map.of(),
                "--to must not hold the control character U+000D",
                "backup",
                "--to",
                folder.resolve("backup.db") + "\r");
        assertThat(names(folder)).noneMatch(name -> name.startsWith("backup"));
    }

    @Test
    void tokensNameTheIssuerWithoutABlank() throws Exception {
        Map<String, String> variables = Map.of(
                URL,
                "jdbc:sqlite:" + folder.resolve("data/latchkey.db"),
                "LATCHKEY_ISSUER",
                "https://id.example.com\r\n",
                "LATCHKEY_AUDIENCE",
                " my app\n");
        try (ServerHere server = ServerHere.start(variables)) {
            String claims = new String(
                    Base64.getUrlDecoder().decode(server.api().newToken().split("\\.")[1]), StandardCharsets.UTF_8);
            assertThat(claims).contains("\"iss\":\"https://id.example.com\"", "\"my app\"");
        }
    }

    @Test
    void aControlCharacterWithinOneIsRefused() throws Exception {
        Map<String, String> variables = Map.of("LATCHKEY_ISSUER", "https://id.example.com\rX: y");
        String line = "config.yml: tokens.issuer (LATCHKEY_ISSUER) must not hold the control character U+000D";
        refused(variables, line, "server");
        for (String command : List.of("check", "rotate-keys", "backup")) {
            refusedHere(variables, line, command);
        }
        refusedHere(
                Map.of("LATCHKEY_AUDIENCE", "a\nb"),
                "config.yml: tokens.audience (LATCHKEY_AUDIENCE) must not hold the control character U+000A",
                "check");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aServiceLinkIsIgnoredWithAWarning() throws Exception {
        Map<String, String> variables = Map.of("LATCHKEY_PORT", "tcp://10.0.0.7:3000");
        try (JarProcess check = JarProcess.start(folder, variables, "check")) {
            assertThat(check.exitCode()).as(check.output()::toString).isZero();
            assertThat(CommandRun.withoutPlaces(check.output()))
                    .containsExactly(
                            "latchkey: config.yml: server.applicationConnectors[0].port: LATCHKEY_PORT=tcp://10.0.0.7:3000"
                                    + " is ignored: it is not a port, but what Kubernetes sets for a Service of this name;"
                                    + " enableServiceLinks: false in the pod spec prevents it",
                            "config.yml is good");
        }
    }

    private void refused(Map<String, String> variables, String line, String... arguments) throws Exception {
        try (JarProcess command = JarProcess.start(folder, variables, arguments)) {
            assertThat(command.exitCode()).as(command.output()::toString).isEqualTo(1);
            assertThat(CommandRun.withoutPlaces(command.output())).containsExactly("latchkey: " + line);
        }
    }

    private void refusedHere(Map<String, String> variables, String line, String... arguments) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put(URL, "jdbc:sqlite:" + folder.resolve("data/latchkey.db"));
        CommandRun command = CommandRun.of(environment, arguments);
        assertThat(command.exitCode()).as(command.output()::toString).isEqualTo(1);
        assertThat(CommandRun.withoutPlaces(command.output())).containsExactly("latchkey: " + line);
    }

    private static String backup(URI admin) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve("/tasks/backup"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
