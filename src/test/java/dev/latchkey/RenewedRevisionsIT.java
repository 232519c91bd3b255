package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.server.database.Backup;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.EventStream;
import dev.latchkey.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store that has gone back: what is written next has the same numbers as what was lost, were they not renewed. SQLite is restored; a
 * PostgreSQL is copied before, and the command is run on the copy.
 */
@ParameterizedClass
@EnumSource(Engine.class)
final class RenewedRevisionsIT {
    private static final long EXACT_IN_JAVASCRIPT = 1L << 53;

    private final Engine engine;
    private final DatabaseSettings store;

    @TempDir
    private Path folder;

    RenewedRevisionsIT(Engine engine) {
        this.engine = engine;
        store = engine.newStore();
    }

    @Test
    void noPositionAndNoTagOfTheLostTimeIsGood() throws Exception {
        Client alice;
        Client bob;
        String kept;
        try (ServerHere server = start(store)) {
            alice = new Client(server.api().newToken());
            bob = new Client(server.api().newToken());
            kept = alice.create(server, "key", "kept");
        }
        Path backup = folder.resolve("backup.db");
        DatabaseSettings copy = engine == Engine.SQLITE ? store : Engine.POSTGRES.copyOf(store);
        if (engine == Engine.SQLITE) {
            Backup.make(store, backup);
        }
        String lost;
        long lostByAlice;
        long lostByBob;
        try (ServerHere server = start(store)) {
            lost = alice.update(server, "key", "lost");
            bob.create(server, "first", "lost");
            lostByAlice = alice.changes(server, 0).at("/data/revision").longValue();
            lostByBob = bob.changes(server, 0).at("/data/revision").longValue();
        }

        CommandRun command = engine == Engine.SQLITE
                ? CommandRun.of(variables(store), "restore", backup.toString())
                : CommandRun.of(variables(copy), "renew-revisions");
        assertThat(command.exitCode()).as(command.output()::toString).isZero();

        try (ServerHere server = start(copy)) {
            assertThat(alice.readUnless(server, "key", kept).status())
                    .as("what was not lost")
                    .isEqualTo(304);
            assertThat(alice.position(server)).isLessThan(EXACT_IN_JAVASCRIPT);
            String other = alice.update(server, "key", "other");
            bob.create(server, "first", "other");

            assertThat(other).isNotEqualTo(lost);
            assertThat(alice.readUnless(server, "key", lost).outcome()).isEqualTo("200");
            assertThat(alice.updateIf(server, "key", lost).outcome()).isEqualTo("412 PRECONDITION_FAILED");
            assertThat(alice.follow(server, lostByAlice).outcome()).isEqualTo("410 CHANGES_GONE");
            assertThat(bob.follow(server, lostByBob).outcome()).isEqualTo("410 CHANGES_GONE");
            assertThat(new Client(server.api().newToken()).follow(server, 0).outcome())
                    .as("of a new user")
                    .isEqualTo("200");

            long anew = alice.position(server);
            assertThat(alice.changes(server, anew).at("/data/changes")).isEmpty();
            String tag = alice.update(server, "key", "next");
            assertThat(alice.changes(server, anew).at("/data/changes/0/etag").textValue())
                    .isEqualTo(tag);
        }
    }

    /** As after a standby took over: the servers noticed nothing. */
    @Test
    void streamsOfAServerThatRunsEnd() throws Exception {
        try (ServerHere server = start(store)) {
            Client alice = new Client(server.api().newToken());
            alice.create(server, "key", "value");
            try (EventStream stream = EventStream.open(server.address(), alice.token(), "")) {
                assertThat(stream.next().orElseThrow().name()).isEqualTo("change");
                assertThat(stream.next().orElseThrow().name()).isEqualTo("position");
                CommandRun command = CommandRun.of(variables(store), "renew-revisions");
                assertThat(command.output()).last().isEqualTo("clients that follow changes begin anew; users: 1");
                EventStream.Event end = stream.nextChange();
                assertThat(end.data().path("reason").textValue()).isEqualTo("CHANGES_GONE");
                assertThat(stream.next()).isEmpty();
            }
            assertThat(alice.position(server)).isBetween(1_700_000_000_000_000L, EXACT_IN_JAVASCRIPT);
        }
    }

    @Test
    void theCommandTakesManyUsersAndCanBeRunAgain() throws Exception {
        try (TestDatabase database = new TestDatabase(store)) {
            IntStream.range(0, 1203).mapToObj(i -> "user-" + i).forEach(database::addUser);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(CommandRun.of(variables(store), "renew-revisions").output())
                    .last()
                    .isEqualTo("clients that follow changes begin anew; users: 1203");
        }
        try (TestDatabase database = new TestDatabase(store)) {
            long renewed = database.database().read(handle -> handle.createQuery(
                            "SELECT count(*) FROM user_data WHERE revision = floor AND revision > 1700000000000000")
                    .mapTo(Long.class)
                    .one());
            assertThat(renewed).isEqualTo(1203);
        }
    }

    private static ServerHere start(DatabaseSettings store) throws Exception {
        return ServerHere.start(variables(store));
    }

    private static Map<String, String> variables(DatabaseSettings store) {
        String scheme = "jdbc:sqlite:";
        return store.user() == null
                ? Map.of(
                        "LATCHKEY_DATABASE_URL",
                        scheme + Path.of(store.url().substring(scheme.length())).toAbsolutePath())
                : Map.of("LATCHKEY_DATABASE_URL", store.url(), "LATCHKEY_DATABASE_USER", store.user());
    }

    /** A user's, on one server after the other. */
    private record Client(String token) {

        /** Returns the ETag, as the two after this do. */
        String create(ServerHere server, String key, String value) {
            return server.api().create(token, key, value).header("ETag");
        }

        String update(ServerHere server, String key, String value) {
            return server.api().update(token, key, value).header("ETag");
        }

        Api.Answer updateIf(ServerHere server, String key, String tag) {
            return server.api()
                    .send(
                            "PUT",
                            "/api/data/" + key,
                            "{\"value\":\"mine\"}",
                            "Authorization",
                            "Bearer " + token,
                            "Content-Type",
                            "application/json",
                            "If-Match",
                            tag);
        }

        Api.Answer readUnless(ServerHere server, String key, String tag) {
            return server.api()
                    .send("GET", "/api/data/" + key, null, "Authorization", "Bearer " + token, "If-None-Match", tag);
        }

        Api.Answer follow(ServerHere server, long since) {
            return server.api().as(token, "GET", "/api/changes?since=" + since, null);
        }

        JsonNode changes(ServerHere server, long since) {
            return follow(server, since).body();
        }

        /** Where one who makes a copy begins to follow. */
        long position(ServerHere server) {
            return server.api()
                    .as(token, "GET", "/api/data", null)
                    .body()
                    .at("/data/revision")
                    .longValue();
        }
    }
}
