package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Program;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looking after accounts and keys with the jar, beside a server that learns of it. Promise 18, Promise 19, Promise 29. */
@Timeout(120)
final class UserCommandIT {
    private static final String URL = "LATCHKEY_DATABASE_URL";
    private static final String NEW_PASSWORD = "copper-Lantern-47-river";

    @TempDir
    private Path folder;

    private String passwordFile;

    @BeforeEach
    void configure() throws IOException {
        JarProcess.copyConfiguration(folder);
        passwordFile = file("password", Api.PASSWORD + "\n");
    }

    @Test
    void anOperatorLooksAfterAUserWhileAServerRuns() throws Exception {
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
            Api api = server.api();
            List<String> created = run(Map.of(), creation("Fox"));
            String id = created.get(0).replaceFirst(".* ", "");
            assertThat(created)
                    .containsExactly("Fox is created, with the user id " + id, audit("registration_succeeded", id));
            String token = token(api, "fox", Api.PASSWORD);

            assertThat(run(Map.of(), "user", "set-password", "FOX", "--password-file", file("new", NEW_PASSWORD)))
                    .containsExactly("Fox has a new password", audit("password_changed", id));
            awaitRefusal(api, token);
            assertThat(api.logIn("fox", Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
            token = token(api, "fox", NEW_PASSWORD);

            assertThat(run(Map.of(), "user", "disable", "--id", id))
                    .containsExactly("Fox is disabled", audit("account_disabled", id));
            awaitRefusal(api, token);
            assertThat(api.logIn("fox", NEW_PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");

            assertThat(run(Map.of(), "user", "enable", "fox"))
                    .containsExactly("Fox is enabled", audit("account_enabled", id));
            token = token(api, "fox", NEW_PASSWORD);

            api.create(token, "first", "12345");
            assertThat(run(Map.of(), "user", "set-quota", "fox", "--entries", "1"))
                    .startsWith("Fox may store 1 entries and 1073741824 bytes")
                    .anyMatch(line -> line.contains("\"event\":\"quota_changed\"") && line.contains(id));
            assertThat(api.create(token, "second", "x").outcome()).isEqualTo("403 QUOTA_EXCEEDED");
            assertThat(run(Map.of(), "user", "set-quota", "fox", "--entries", "default", "--size", "11B"))
                    .startsWith("Fox may store 1000000 entries and 11 bytes");
            assertThat(api.create(token, "s", "x").outcome()).isEqualTo("403 QUOTA_EXCEEDED");
            assertThat(api.create(token, "s", "").outcome()).isEqualTo("201");

            assertThat(run(Map.of(), "user", "end-sessions", "fox"))
                    .containsExactly("Fox is logged out; sessions ended: 1", audit("sessions_ended", id));
            awaitRefusal(api, token);
            token = token(api, "fox", NEW_PASSWORD);

            assertThat(run(Map.of(), "user", "delete", "fox", "--yes"))
                    .containsExactly("Fox is deleted", audit("account_deleted", id));
            awaitRefusal(api, token);
            assertThat(api.logIn("fox", NEW_PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
            assertThat(api.register("fox").status()).isEqualTo(201);
        }
    }

    @Test
    void theSameOnPostgres() throws Exception {
        DatabaseSettings postgres = Engine.POSTGRES.newStore();
        Map<String, String> variables = Map.of(URL, postgres.url(), "LATCHKEY_DATABASE_USER", postgres.user());
        try (ServerHere server = ServerHere.start(variables)) {
            Api api = server.api();
            runHere(variables, creation("Fox"));
            String token = token(api, "fox", Api.PASSWORD);
            runHere(variables, "user", "disable", "fox");
            awaitRefusal(api, token);
            runHere(variables, "user", "enable", "fox");
            token = token(api, "fox", Api.PASSWORD);
            assertThat(run(variables, "user", "end-all-sessions"))
                    .startsWith("everybody is logged out; sessions ended: 1");
            awaitRefusal(api, token);
            token = token(api, "fox", Api.PASSWORD);
            runHere(variables, "user", "delete", "fox", "--yes");
            awaitRefusal(api, token);
        }
    }

    @Test
    void newKeysSignWhileOldTokensStayGoodOrAllAreVoid() throws Exception {
        try (ServerHere server = ServerHere.start(variables())) {
            Api api = server.api();
            String user = Api.newName();
            api.register(user);
            String old = token(api, user, Api.PASSWORD);

            List<String> rotated = run(Map.of(), "rotate-keys");
            assertThat(rotated.get(1)).contains("\"signing_key_added\"", "command line of");
            String recent = token(api, user, Api.PASSWORD);
            while (!rotated.get(0).contains(kid(recent))) {
                pause();
                recent = token(api, user, Api.PASSWORD);
            }
            assertThat(rotated.get(0)).doesNotContain(kid(old));
            assertThat(api.read(old, "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");

            List<String> replaced = run(Map.of(), "rotate-keys", "--revoke");
            awaitRefusal(api, old);
            awaitRefusal(api, recent);
            String newest = token(api, user, Api.PASSWORD);
            assertThat(replaced.get(0)).contains(kid(newest)).doesNotContain(kid(recent));
            assertThat(api.read(newest, "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        }
    }

    @Test
    void needsNoServer() throws Exception {
        makeStore();
        List<String> command = new ArrayList<>(List.of("user", "create", "Fox", "--email", "fox@example.com"));
        command.addAll(List.of("--gender", "x", "--full-name", "A\u001b[31m Fox"));
        try (JarProcess create = startWithInput(Api.PASSWORD, command)) {
            assertThat(create.exitCode()).as(create.output()::toString).isZero();
        }

        List<String> shown = run(Map.of(), "user", "show", "fox");

        assertThat(shown.get(0)).matches("user id    [0-9a-f-]{36}");
        assertThat(shown.get(7)).matches("created    20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(Stream.of(1, 2, 3, 4, 5, 6, 8, 9, 10, 11).map(shown::get))
                .containsExactly(
                        "username   Fox",
                        "e-mail     fox@example.com",
                        "verified   no",
                        "pending    -",
                        "locale     -",
                        "full name  A?[31m Fox",
                        "disabled   no",
                        "sessions   0",
                        "entries    0 of 1000000",
                        "bytes      0 of 1073741824");
        assertThat(shown).hasSize(12);
    }

    @Test
    void itSaysInOneLineWhyNot() throws Exception {
        makeStore();
        runHere(variables(), creation("Fox"));
        Path latin = Files.write(folder.resolve("latin"), "pässwörd".getBytes(StandardCharsets.ISO_8859_1));

        expect("there is no user nobody", "user", "show", "nobody");
        expectHere("there is no user Fox", "user", "disable", "--id", "Fox");
        expect("there is no terminal to ask on: add --yes to delete Fox", "user", "delete", "fox");
        expectHere(
                "password must be 8 to 256 characters long",
                "user",
                "set-password",
                "fox",
                "--password-file",
                file("short", "seven77\n"));
        expectHere(
                "password is one of the most used passwords",
                "user",
                "set-password",
                "fox",
                "--password-file",
                file("common", "password1"));
        for (String quota :
                new String[] {"--entries=-1", "--entries=many", "--entries=1.5", "--size=-1B", "--size=huge", "--size= "
                }) {
            expectHere(quota.replace("=", " is wrong: "), "user", "set-quota", "fox", quota);
        }
        expectHere("say --entries or --size", "user", "set-quota", "fox");
        expectHere("the password is not in UTF-8", "user", "set-password", "fox", "--password-file", latin.toString());
        expectHere(
                "the password file cannot be read: absent: it does not exist",
                "user",
                "set-password",
                "fox",
                "--password-file",
                "absent");
        expectHere("The provided username is already taken. Please choose a different username.", creation("FOX"));
        expectHere(
                "age must be at least 1; username must be 3 to 64 characters long",
                Stream.concat(Stream.of(creation("ab")), Stream.of("--age", "0"))
                        .toArray(String[]::new));
    }

    @Test
    void itAsksAtATerminal() throws Exception {
        makeStore();
        runHere(variables(), creation("Fox"));
        String[] setPassword = {"user", "set-password", "fox"};

        assertThat(typed(1, NEW_PASSWORD + "\n" + Api.PASSWORD, setPassword))
                .contains("latchkey: the two passwords differ");
        assertThat(typed(0, NEW_PASSWORD + "\n" + NEW_PASSWORD, setPassword))
                .contains("New password: ", "Repeat it: ", "Fox has a new password");
        assertThat(typed(0, "yes", "user", "delete", "fox"))
                .contains("Delete Fox and all data of this user, for good? (yes/no) ", "Fox is deleted");
    }

    /** What a terminal shows in which the command gets these {@code lines}. The audit log comes when it comes, within a line too. */
    private String typed(int exitCode, String lines, String... arguments) throws Exception {
        Path script = Program.find("what commands ask at a terminal was", "script");
        List<String> wrapper = List.of(
                "sh",
                "-c",
                "echo '" + lines + "' | '" + script + "' -qec \"$(printf \"'%s' \" \"$@\")\" /dev/null",
                "sh");
        try (JarProcess command = JarProcess.start(folder, Map.of(), wrapper, arguments)) {
            assertThat(command.exitCode()).as(command.output()::toString).isEqualTo(exitCode);
            return String.join("\n", command.output());
        }
    }

    @Test
    void itMakesNoStore() throws Exception {
        expect("there is no store in data/latchkey.db", "user", "end-all-sessions");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private void expect(String line, String... arguments) throws Exception {
        try (JarProcess command = startWithInput("", List.of(arguments))) {
            assertThat(command.exitCode()).isEqualTo(1);
            assertThat(command.output()).containsExactly("latchkey: " + line);
        }
    }

    private void expectHere(String line, String... arguments) {
        CommandRun command = CommandRun.of(variables(), arguments);
        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.output()).containsExactly("latchkey: " + line);
    }

    private JarProcess startWithInput(String line, List<String> arguments) throws IOException {
        List<String> piped = List.of("sh", "-c", "echo '" + line + "' | \"$@\"", "sh");
        return JarProcess.start(folder, Map.of(), piped, arguments.toArray(String[]::new));
    }

    /** What the command prints, and after it what it writes into the audit log, but for the time. */
    private List<String> run(Map<String, String> variables, String... arguments) throws Exception {
        try (JarProcess command = JarProcess.start(folder, variables, arguments)) {
            assertThat(command.exitCode()).as(command.output()::toString).isZero();
            return Stream.concat(
                            command.output().stream().filter(line -> !line.startsWith("{")),
                            command.output().stream().filter(line -> line.startsWith("{")))
                    .map(line -> line.replaceFirst("\"time\":\"[^\"]*\",", ""))
                    .toList();
        }
    }

    private static void runHere(Map<String, String> variables, String... arguments) {
        CommandRun command = CommandRun.of(variables, arguments);
        assertThat(command.exitCode()).as(command.output()::toString).isZero();
    }

    private static String audit(String event, String userId) {
        return "{\"event\":\"" + event + "\",\"user_id\":\"" + userId + "\",\"client\":\"command line of "
                + System.getProperty("user.name") + "\"}";
    }

    private String[] creation(String name) {
        return new String[] {
            "user",
            "create",
            name,
            "--email",
            name + "@example.com",
            "--full-name",
            "A Fox",
            "--gender",
            "x",
            "--password-file",
            passwordFile
        };
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private void makeStore() throws Exception {
        new TestDatabase(DatabaseSettings.defaults().elsewhere(variables().get(URL), null, null)).close();
    }

    /** The store that a process in the folder has by itself. */
    private Map<String, String> variables() {
        return Map.of(URL, "jdbc:sqlite:" + folder.resolve("data/latchkey.db").toAbsolutePath());
    }

    private static String token(Api api, String username, String password) {
        Api.Answer answer = api.logIn(username, password);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().at("/data/access_token").textValue();
    }

    private static String kid(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    /** The server comes to know of it by itself; the time limit of the class is the deadline. */
    private static void awaitRefusal(Api api, String token) {
        String outcome = "";
        while (!outcome.equals("401 INVALID_TOKEN")) {
            pause();
            outcome = api.read(token, "key").outcome();
            assertThat(outcome).isIn("404 KEY_NOT_FOUND", "401 INVALID_TOKEN");
        }
    }

    /** Between two questions, which would else take the processor from the server that is to learn of it. */
    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
}
