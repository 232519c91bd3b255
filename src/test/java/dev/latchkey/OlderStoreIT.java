package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store that Latchkey 0.1.0 made, with three users, of whom one has 304 entries, one has one and one has none. The two files hold
 * the same: the SQLite file is copied to PostgreSQL by {@code copy-store} of that release, and dumped.
 */
@ParameterizedClass
@EnumSource(Engine.class)
final class OlderStoreIT {
    private static final Path STORES = Path.of("src/test/resources/stores");
    private static final String PASSWORD = "correct horse battery";

    private final Engine engine;
    private final Map<String, String> variables;

    @TempDir
    private Path folder;

    OlderStoreIT(Engine engine) throws Exception {
        DatabaseSettings settings = engine.newDatabase();
        if (engine == Engine.SQLITE) {
            Files.copy(
                    STORES.resolve("latchkey-0.1.0.db"), Path.of(settings.url().substring("jdbc:sqlite:".length())));
        } else {
            try (Connection connection = Engine.connect(settings);
                    Statement statement = connection.createStatement()) {
                statement.execute(Files.readString(STORES.resolve("latchkey-0.1.0.sql")));
            }
        }
        this.engine = engine;
        variables = variables(settings);
    }

    private static Map<String, String> variables(DatabaseSettings settings) {
        return settings.user() == null
                ? Map.of("LATCHKEY_DATABASE_URL", absolute(settings.url()))
                : Map.of("LATCHKEY_DATABASE_URL", settings.url(), "LATCHKEY_DATABASE_USER", settings.user());
    }

    private static String absolute(String url) {
        String scheme = "jdbc:sqlite:";
        return scheme + Path.of(url.substring(scheme.length())).toAbsolutePath();
    }

    @Test
    void isBroughtUpToDateWithItsCountsRight() throws Exception {
        try (ServerHere server = ServerHere.start(variables)) {
            Api api = server.api();
            String alice = logIn(api, "alice");
            List<JsonNode> entries = new ArrayList<>();
            JsonNode page = list(api, alice, "");
            page.path("entries").forEach(entries::add);
            while (page.has("next_cursor")) {
                page = list(api, alice, "?cursor=" + page.path("next_cursor").textValue());
                page.path("entries").forEach(entries::add);
            }
            assertThat(entries).hasSize(304);
            assertThat(entries)
                    .allSatisfy(
                            entry -> assertThat(entry.path("etag").textValue()).isEqualTo("\"1\""));
            assertThat(api.read(alice, "\uD83D\uDD11/\u00e9")
                            .body()
                            .at("/data/value")
                            .textValue())
                    .isEqualTo("\u043a\u043b\u044e\u0447");
            assertUsage(api, alice, entries.size(), bytes(entries));
            assertUsage(api, logIn(api, "bob"), 1, "onlyone".length());
            assertUsage(api, logIn(api, "carol"), 0, 0);
        }
    }

    /** An entry that was there has a tag, and no change goes unseen. */
    @Test
    void goesOnWithEntriesOfTheLastRelease() throws Exception {
        try (ServerHere server = ServerHere.start(variables)) {
            Api api = server.api();
            String alice = logIn(api, "alice");
            String tag = api.read(alice, "greeting").header("ETag");
            Api.Answer updated = api.send(
                    "PUT",
                    "/api/data/greeting",
                    "{\"value\":\"new\"}",
                    "Authorization",
                    "Bearer " + alice,
                    "Content-Type",
                    "application/json",
                    "If-Match",
                    tag);
            assertThat(updated.outcome()).isEqualTo("200");
            long revision = revision(updated);
            assertThat(revision(api.delete(alice, "empty"))).isEqualTo(revision + 1);
            assertThat(revision(api.create(alice, "empty", ""))).isEqualTo(revision + 2);
        }
    }

    /** It may be a backup: who follows may have got revisions that were given out after it. */
    @Test
    void givesOutNoRevisionThatMayHaveBeenGivenOutBefore() throws Exception {
        try (ServerHere server = ServerHere.start(variables)) {
            Api api = server.api();
            for (String name : List.of("alice", "carol")) {
                String token = logIn(api, name);
                long revision = list(api, token, "").path("revision").longValue();
                assertThat(revision).isGreaterThan(1_700_000_000_000_000L);
                assertThat(revision(api.create(token, "new", ""))).isEqualTo(revision + 1);
                assertThat(follow(api, token, 0)).isEqualTo("410 CHANGES_GONE");
                assertThat(follow(api, token, 2)).isEqualTo("410 CHANGES_GONE");
                assertThat(follow(api, token, revision)).isEqualTo("200");
            }
        }
    }

    private static String follow(Api api, String token, long since) {
        return api.as(token, "GET", "/api/changes?since=" + since, null).outcome();
    }

    private static long revision(Api.Answer answer) {
        return Long.parseLong(answer.header("ETag").replace("\"", ""));
    }

    /** So that there is a way back to that release, which refuses a store that was brought up to date. */
    @Test
    void isRestoredAsItIs() throws Exception {
        assumeTrue(engine == Engine.SQLITE);
        DatabaseSettings other = engine.newStore();
        String backup = variables.get("LATCHKEY_DATABASE_URL").replace("jdbc:sqlite:", "");
        CommandRun restored = CommandRun.of(variables(other), "restore", backup);
        assertThat(restored.exitCode()).as(restored.output()::toString).isZero();
        assertThat(CommandRun.of(
                                variables(other),
                                "verify-backup",
                                absolute(other.url()).replace("jdbc:sqlite:", ""))
                        .output())
                .last(STRING)
                .endsWith("a store of version 4");
    }

    /** Else who starts it takes it for stuck, and stops it. */
    @Test
    void saysWhatItIsBroughtUpTo() throws Exception {
        String store = variables.get("LATCHKEY_DATABASE_URL");
        assertThat(linesAboutTheStore(variables))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains("Bringing the store " + store
                                        + " to version 5 (revisions expiry and idempotency)."),
                        second -> assertThat(second).contains("Bringing the store " + store + " to version 6 (mail)."),
                        third -> assertThat(third).contains("Bringing the store " + store + " to version 7 (changes)."),
                        after -> assertThat(after)
                                .containsPattern("The store " + Pattern.quote(store)
                                        + " is at version 7 now\\. That took \\d+\\.\\d s\\."));
        assertThat(linesAboutTheStore(variables)).as("at the second start").isEmpty();
    }

    /** As after a way back to this release without the backup. Both find out before they open a port or change anything. */
    @Test
    void aNewerOneIsRefusedInOneLine() throws Exception {
        DatabaseSettings settings = engine.newStore();
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql', 1,"
                    + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
                    + " WHERE version = '1'");
        }
        for (String command : List.of("server", "user end-all-sessions")) {
            CommandRun refused = CommandRun.of(variables(settings), command.split(" "));
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output())
                    .singleElement(STRING)
                    .startsWith("latchkey: ")
                    .endsWith("""
                     was made by a newer Latchkey: it is at version 99, and this Latchkey knows none after 7; \
                    start the Latchkey that made it, or restore a backup""");
        }
    }

    @Test
    void aNewStoreIsNotWorthALine() throws Exception {
        assertThat(linesAboutTheStore(variables(engine.newDatabase()))).isEmpty();
    }

    private List<String> linesAboutTheStore(Map<String, String> variables) throws Exception {
        JarProcess.copyConfiguration(folder);
        try (JarProcess server = JarProcess.start(folder, variables, "server", "config.yml")) {
            server.port();
            server.terminate();
            assertThat(server.exitCode()).isZero();
            return server.output().stream()
                    .filter(line -> line.contains(" store "))
                    .toList();
        }
    }

    private static String logIn(Api api, String name) {
        return api.logIn(name, PASSWORD).body().at("/data/access_token").textValue();
    }

    private static JsonNode list(Api api, String token, String parameters) {
        return api.as(token, "GET", "/api/data" + parameters, null).body().path("data");
    }

    private static long bytes(List<JsonNode> entries) {
        return entries.stream()
                .mapToLong(entry -> (entry.path("key").textValue()
                                + entry.path("value").textValue())
                        .getBytes(StandardCharsets.UTF_8)
                        .length)
                .sum();
    }

    private static void assertUsage(Api api, String token, long entries, long bytes) {
        JsonNode usage = api.as(token, "GET", "/api/me", null).body().at("/data/usage");
        assertThat(usage.path("entries").longValue()).isEqualTo(entries);
        assertThat(usage.path("bytes").longValue()).isEqualTo(bytes);
    }
}
