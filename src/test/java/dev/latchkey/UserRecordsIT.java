package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Listing, exporting and correcting accounts on the command line, beside a server. */
@ParameterizedClass
@EnumSource(Engine.class)
final class UserRecordsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NEXT = Pattern.compile("; the next page: --after (\\S+)$");

    private final Engine engine;
    private final ServerExtension server;

    @TempDir
    private Path folder;

    UserRecordsIT(Engine engine) {
        this.engine = engine;
        this.server = ServerExtension.shared(engine);
    }

    @Test
    void listsAllInTheOrderOfTheirNamesPageByPage() throws Exception {
        DatabaseSettings store = engine.newStore();
        addUsers(store, "bob", "Älva", "Alice", "carol", "\uD83D\uDE00zoe");

        assertThat(names(store, "--page-size", "2"))
                .containsExactly("Alice", "bob", "carol", "Älva", "\uD83D\uDE00zoe");
        assertThat(names(store)).hasSize(5);

        List<String> first = output(store, "--page-size", "2");
        assertThat(first.get(0)).matches("user id {31}created {15}state {5}verified  username  e-mail");
        assertThat(first.get(1))
                .matches("id-2 {34}1970-01-01T00:00:00Z  enabled   no        Alice     Alice@Example\\.com");
        assertThat(first.get(3)).startsWith("2 of 5 users; the next page: --after ");
        assertThat(output(store, "--page-size", "5")).last().isEqualTo("5 of 5 users");
    }

    @Test
    void findsThoseThatBeginLikeThisInAnySpelling() throws Exception {
        DatabaseSettings store = engine.newStore();
        addUsers(store, "Straße", "STRATA", "stroll", "other", "100%", "100_", "1000");

        assertThat(names(store, "--name-prefix", "strasse")).containsExactly("Straße");
        assertThat(names(store, "--name-prefix", "STRA", "--page-size", "1")).containsExactly("Straße", "STRATA");
        assertThat(names(store, "--name-prefix", "100%")).containsExactly("100%");
        assertThat(names(store, "--email-prefix", "str")).containsExactly("Straße", "STRATA", "stroll");
        assertThat(names(store, "--email-prefix", "OTHER@exAM")).containsExactly("other");
        assertThat(output(store, "--name-prefix", "nobody")).containsExactly("0 of 0 users");
        assertThat(output(store, "--email-prefix", "stroll")).last().isEqualTo("1 of 1 user");
    }

    /** As a migration left them. */
    @Test
    void leavesOutNobodyWhereTwoHaveOneMailbox() throws Exception {
        DatabaseSettings store = engine.newStore();
        addUsers(store, "ann", "bea", "cleo");
        execute(
                store,
                "UPDATE users SET email = 'ANN@example.com', email_key = 'ann@example.com\tid-1' WHERE username = 'bea'");

        assertThat(names(store, "--email-prefix", "ann@example.com", "--page-size", "1"))
                .containsExactly("ann", "bea");
    }

    @Test
    void aPlaceIsOneOfThisList() throws Exception {
        DatabaseSettings store = engine.newStore();
        addUsers(store, "ann", "bea", "cleo");
        Matcher place = NEXT.matcher(output(store, "--page-size", "1").get(2));
        assertThat(place.find()).isTrue();

        for (String wrong : List.of("!", "AAAA", place.group(1))) {
            expect(
                    store,
                    "--after is not what a page of this list says: " + wrong,
                    "user",
                    "list",
                    "--name-prefix",
                    "b",
                    "--after",
                    wrong);
        }
        for (String wrong : List.of("0", "1001", "many", "-1")) {
            expect(store, "--page-size must be 1 to 1000: " + wrong, "user", "list", "--page-size=" + wrong);
        }
    }

    @Test
    void showsWhoIsDisabledAndNoControlCharacters() throws Exception {
        DatabaseSettings store = engine.newStore();
        addUsers(store, "ann", "bea\u001b[31m");
        execute(store, "UPDATE users SET disabled_at = 1 WHERE username = 'ann'");

        List<String> lines = output(store);
        assertThat(lines.get(1)).contains("  disabled  no        ann ");
        assertThat(lines.get(2)).contains("  enabled   no        bea?[31m ");
    }

    @Test
    void anExportIsWhatTheUserGets() throws Exception {
        Api api = server.api();
        String name = Api.newName();
        api.register(name);
        String token =
                api.logIn(name, Api.PASSWORD).body().at("/data/access_token").textValue();
        for (int i = 0; i < 300; i++) {
            api.create(token, "key " + i, "value \u2028 \uD83D\uDE00 " + i);
        }
        JsonNode expected = api.as(token, "GET", "/api/me/export", null).body();

        Path file = folder.resolve("all.json");
        CommandRun run =
                run(server.database(), "user", "export", name.toUpperCase(Locale.ROOT), "--output", file.toString());

        assertDone(run, file.toString(), "account_exported");
        assertThat(JSON.readTree(file.toFile())).isEqualTo(expected);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Path lines = folder.resolve("all.ndjson");
        run(server.database(), "user", "export", name, "--lines", "--output", lines.toString());
        assertThat(Files.readAllLines(lines)).hasSize(300).allMatch(line -> line.startsWith("{\"key\":\"key "));
        assertThat(filesIn(folder)).containsExactly("all.json", "all.ndjson");
    }

    @Test
    void anExportReplacesNoFile() throws Exception {
        DatabaseSettings store = engine.newStore();
        addUsers(store, "ann");
        Path there = Files.writeString(folder.resolve("there"), "mine");
        expect(
                store,
                "ann is not exported: " + there + ": it already exists",
                "user",
                "export",
                "ann",
                "--output",
                there.toString());
        Path nowhere = folder.resolve("no/where");
        expect(
                store,
                "ann is not exported: " + nowhere.getParent() + ": it does not exist",
                "user",
                "export",
                "ann",
                "--output",
                nowhere.toString());
        expect(
                store,
                "there is no user bea",
                "user",
                "export",
                "bea",
                "--output",
                folder.resolve("bea").toString());
        expect(
                store,
                "--output must not hold the control character U+000A",
                "user",
                "export",
                "ann",
                "--output",
                folder.resolve("a\n").toString());

        assertThat(there).hasContent("mine");
        assertThat(filesIn(folder)).containsExactly("there");
    }

    @Test
    void anAddressIsSetUnderTheRulesOfTheApi() throws Exception {
        Api api = server.api();
        String name = Api.newName();
        String other = Api.newName();
        String id = api.register(name).body().at("/data/user_id").textValue();
        api.register(other);
        String token =
                api.logIn(name, Api.PASSWORD).body().at("/data/access_token").textValue();
        String address = "New." + name + "@example.com";

        CommandRun run = run(server.database(), "user", "set-email", "--id", id, address);

        assertDone(run, name + " has the e-mail address " + address, "account_changed");
        assertThat(email(api, token)).isEqualTo(address);

        expect(
                server.database(),
                "The provided email is already registered. Please use a different email address.",
                "user",
                "set-email",
                name,
                other.toUpperCase(Locale.ROOT) + "@example.com");
        expect(server.database(), "email must be", "user", "set-email", name, "nowhere");
        expect(
                server.database(),
                "there is no user nobody-at-all",
                "user",
                "set-email",
                "nobody-at-all",
                "a@example.com");
        assertThat(email(api, token)).isEqualTo(address);
    }

    @Test
    void anAddressIsTakenAsProvenUntilAnotherIsSet() throws Exception {
        Api api = server.api();
        String name = Api.newName();
        api.json(
                "POST",
                "/api/register",
                Api.registration(name).put("locale", "pt-BR").toString());

        assertThat(shown(name)).contains("verified   no", "pending    -", "locale     pt-BR");
        assertDone(
                run(server.database(), "user", "verify-email", name),
                name + " has a verified e-mail address",
                "email_verified");
        assertThat(shown(name)).anyMatch(line -> line.matches("verified   20\\d\\d-.*Z"));
        assertThat(output(server.database(), "--name-prefix", name).get(1)).contains("  enabled   yes ");
        run(server.database(), "user", "set-email", name, name.toUpperCase(Locale.ROOT) + "@Example.com");
        assertThat(shown(name)).as("it is the same").noneMatch("verified   no"::equals);
        run(server.database(), "user", "set-email", name, "other." + name + "@example.com");
        assertThat(shown(name)).contains("verified   no", "e-mail     other." + name + "@example.com");
        expect(server.database(), "there is no user nobody-at-all", "user", "verify-email", "nobody-at-all");
    }

    private List<String> shown(String name) {
        CommandRun run = run(server.database(), "user", "show", name);
        assertThat(run.exitCode()).as(run.output()::toString).isZero();
        return run.output();
    }

    /** The address of the operator is taken at once; the servers that run tell of a password. */
    @Test
    void aServerSendsWhatACommandLeaves() throws Exception {
        ServerExtension mailing = new ServerExtension(engine, "mail.mode", "log");
        mailing.beforeAll(null);
        try {
            Api api = mailing.api();
            Mails mails = new Mails(mailing);
            String name = Api.newName();
            String email = name + "@example.com";
            api.register(name);
            String token = api.logIn(name, Api.PASSWORD)
                    .body()
                    .at("/data/access_token")
                    .textValue();
            api.as(
                    token,
                    "PATCH",
                    "/api/me",
                    Api.object("email", "next." + email).toString());
            String next = mails.await("email-verification", "next." + email, 1).token();

            assertThat(runWithMail(mailing.database(), "user", "set-email", name, "set." + email)
                            .exitCode())
                    .isZero();
            assertThat(email(api, token)).isEqualTo("set." + email);
            assertThat(api.json(
                                    "POST",
                                    "/api/email/verification/confirm",
                                    Api.object("token", next).toString())
                            .outcome())
                    .isEqualTo("400 INVALID_CODE");
            Path password = Files.writeString(folder.resolve("password"), "copper-Lantern-47-river");
            assertThat(runWithMail(
                                    mailing.database(),
                                    "user",
                                    "set-password",
                                    name,
                                    "--password-file",
                                    password.toString())
                            .exitCode())
                    .isZero();
            mails.await("password-changed", "set." + email, 1);
        } finally {
            mailing.stop();
        }
    }

    /** Its line and that of the audit log are written by two threads. */
    private static void assertDone(CommandRun run, String line, String event) {
        assertThat(run.exitCode()).as(run.output()::toString).isZero();
        assertThat(run.output())
                .hasSize(2)
                .contains(line)
                .anyMatch(audit -> audit.contains("\"event\":\"" + event + "\"")
                        && audit.contains("\"client\":\"command line of "));
    }

    private static String email(Api api, String token) {
        return api.as(token, "GET", "/api/me", null).body().at("/data/email").textValue();
    }

    /** All usernames, by as many pages as it takes. */
    private static List<String> names(DatabaseSettings store, String... options) {
        List<String> names = new ArrayList<>();
        String[] arguments = options;
        while (true) {
            List<String> lines = output(store, arguments);
            lines.subList(1, lines.size() - 1)
                    .forEach(line -> names.add(line.substring(80).strip().split(" ")[0]));
            Matcher next = NEXT.matcher(lines.get(lines.size() - 1));
            if (!next.find()) {
                assertThat(lines)
                        .last()
                        .asString()
                        .endsWith(" of " + names.size() + (names.size() == 1 ? " user" : " users"));
                return names;
            }
            arguments = Stream.concat(Stream.of(options), Stream.of("--after", next.group(1)))
                    .toArray(String[]::new);
        }
    }

    private static List<String> output(DatabaseSettings store, String... options) {
        CommandRun run = run(
                store,
                Stream.concat(Stream.of("user", "list"), Stream.of(options)).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.output()::toString).isZero();
        return run.output();
    }

    private static void expect(DatabaseSettings store, String line, String... arguments) {
        CommandRun run = run(store, arguments);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).noneMatch(other -> other.startsWith("\tat "));
        assertThat(run.output())
                .filteredOn(printed -> printed.startsWith("latchkey: "))
                .singleElement()
                .asString()
                .startsWith("latchkey: " + line);
    }

    private static CommandRun run(DatabaseSettings store, String... arguments) {
        return run(store, "off", arguments);
    }

    private static CommandRun runWithMail(DatabaseSettings store, String... arguments) {
        return run(store, "log", arguments);
    }

    private static CommandRun run(DatabaseSettings store, String mailMode, String[] arguments) {
        String user = store.user() == null ? "" : store.user();
        CommandRun run = CommandRun.of(
                Map.of(
                        "LATCHKEY_DATABASE_URL",
                        store.url(),
                        "LATCHKEY_DATABASE_USER",
                        user,
                        "LATCHKEY_MAIL_MODE",
                        mailMode),
                arguments);
        // Without what the server beside it has logged meanwhile.
        return new CommandRun(
                run.exitCode(),
                run.output().stream()
                        .filter(line -> !line.contains(" requests: "))
                        .toList());
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void addUsers(DatabaseSettings store, String... names) throws SQLException {
        try (Connection connection = Engine.connect(store);
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                        VALUES (?, ?, ?, ?, ?, '', '', '', 0)
                        """)) {
            for (int i = 0; i < names.length; i++) {
                String email = names[i] + "@Example.com";
                insert.setString(1, "id-" + i);
                insert.setString(2, names[i]);
                insert.setString(3, CanonicalName.of(names[i]));
                insert.setString(4, email);
                insert.setString(5, CanonicalEmail.of(email));
                insert.executeUpdate();
            }
        }
    }

    private static void execute(DatabaseSettings store, String sql) throws SQLException {
        try (Connection connection = Engine.connect(store);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
