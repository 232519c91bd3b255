package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.TestCredentials;
import dev.latchkey.sessions.EndedSessionStore;
import dev.latchkey.sessions.SessionEndingStore;
import dev.latchkey.testing.CheapPasswords;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import dev.latchkey.testing.TestMails;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an operator does to an account makes its tokens void everywhere, in the same transaction. Promise 19. */
@ParameterizedClass
@EnumSource(Engine.class)
final class AdministrationIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String PASSWORD = "correct horse";

    private final ExecutorService hashing = Executors.newSingleThreadExecutor();
    private final TestDatabase database;
    private final Users users;
    private final Credentials credentials;
    private final Administration administration;
    private String id;

    AdministrationIT(Engine engine) {
        database = new TestDatabase(engine);
        SessionEndingStore sessions =
                new SessionEndingStore(database.database(), new EndedSessionStore(database.database()));
        UserStore store = new UserStore(database.database(), TestMails.none());
        credentials = TestCredentials.of(database.database(), hashing, CheapPasswords.settings());
        users = new Users(
                store,
                new RegistrationStore(database.database(), TestMails.none()),
                credentials,
                TestMails.limits(),
                Clock.systemUTC());
        administration = new Administration(
                users,
                credentials,
                store,
                new UserAccessStore(database.database(), sessions, TestMails.none()),
                null,
                Clock.fixed(NOW, Clock.systemUTC().getZone()));
    }

    @BeforeEach
    void create() {
        id = administration.create(registration("Alice"));
    }

    @AfterEach
    void close() throws Exception {
        hashing.shutdown();
        database.close();
    }

    @Test
    void findsAUserInAnySpellingOrById() {
        AccountState alice = administration.findByName("ALICE").orElseThrow();

        assertThat(alice.id()).isEqualTo(id);
        assertThat(alice.username()).isEqualTo("Alice");
        assertThat(alice.email()).isEqualTo("Alice@example.com");
        assertThat(alice.fullName()).isEqualTo("Somebody");
        assertThat(alice.disabledAt()).isNull();
        assertThat(alice.sessions()).isZero();
        assertThat(administration.findById(id)).contains(alice);
        assertThat(administration.findById("Alice")).isEmpty();
        assertThat(administration.findByName(id)).isEmpty();
        assertThat(alice.toString()).doesNotContain("Alice", "Somebody");
    }

    @Test
    void countsTheSessionsThatHaveNotExpired() {
        addSessions(id, NOW.plusMillis(1), "one", "two");
        addSessions(id, NOW, "expired");

        assertThat(administration.findById(id).orElseThrow().sessions()).isEqualTo(2);
    }

    @Test
    void aDisabledUserIsLoggedOutAndStaysOut() {
        addSessions(id, NOW.plusSeconds(60), "one");

        assertThat(administration.disable(id)).isTrue();

        assertThat(administration.findById(id).orElseThrow().disabledAt()).isEqualTo(NOW);
        assertThat(credentials.authenticate("alice", PASSWORD, TestCredentials.client()))
                .isEmpty();
        assertThat(endings()).containsExactly("one");
        assertThat(column("SELECT password_version FROM users")).containsExactly("2");
    }

    @Test
    void aDisabledUserHasBeenSoSinceTheFirstTime() {
        database.database()
                .write(handle -> handle.execute("UPDATE users SET disabled_at = ?", NOW.toEpochMilli() - 1000));

        administration.disable(id);

        assertThat(administration.findById(id).orElseThrow().disabledAt()).isEqualTo(NOW.minusSeconds(1));
    }

    @Test
    void anEnabledUserLogsInAgain() {
        administration.disable(id);

        assertThat(administration.enable(id)).isTrue();

        assertThat(administration.findById(id).orElseThrow().disabledAt()).isNull();
        assertThat(credentials.authenticate("alice", PASSWORD, TestCredentials.client()))
                .contains(new Authentication(id, 2));
    }

    @Test
    void anotherPasswordEndsWhatTheOldOneBegan() {
        addSessions(id, NOW.plusSeconds(60), "one");

        assertThat(administration.setPassword(id, "battery staple")).isTrue();

        assertThat(credentials.authenticate("alice", PASSWORD, TestCredentials.client()))
                .isEmpty();
        assertThat(credentials.authenticate("alice", "battery staple", TestCredentials.client()))
                .contains(new Authentication(id, 2));
        assertThat(endings()).containsExactly("one");
    }

    @Test
    void aDeletedUserLeavesNothingButItsEndings() {
        addSessions(id, NOW.plusSeconds(60), "one", "two");
        database.database().write(handle -> handle.execute("""
                INSERT INTO entries (user_id, key, value, created_at, updated_at) VALUES (?, 'key', 'value', 0, 0)
                """, id));

        assertThat(administration.delete(id)).isTrue();

        assertThat(column("SELECT user_id FROM entries")).isEmpty();
        assertThat(column("SELECT id FROM sessions")).isEmpty();
        assertThat(endings()).containsExactly("one", "two");
        assertThat(administration.create(registration("alice"))).isNotEqualTo(id);
    }

    @Test
    void endsTheSessionsOfOneUserOrOfAll() {
        String other = administration.create(registration("bob"));
        addSessions(id, NOW.plusSeconds(60), "one", "two");
        addSessions(other, NOW.plusSeconds(60), "three");

        assertThat(administration.endSessions(id)).hasValue(2);
        assertThat(endings()).containsExactly("one", "two");
        assertThat(credentials.authenticate("alice", PASSWORD, TestCredentials.client()))
                .isPresent();

        assertThat(administration.endAllSessions()).isEqualTo(1);
        assertThat(endings()).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void endsMoreSessionsThanOneTransactionTakes() {
        String[] names = IntStream.range(0, 1001).mapToObj(String::valueOf).toArray(String[]::new);
        addSessions(id, NOW.plusSeconds(60), names);

        assertThat(administration.endAllSessions()).isEqualTo(1001);
        assertThat(endings()).containsExactlyInAnyOrder(names);
    }

    @Test
    void doesNothingForAUserWhoIsNotThere() {
        assertThat(administration.disable("nobody")).isFalse();
        assertThat(administration.enable("nobody")).isFalse();
        assertThat(administration.setPassword("nobody", "battery staple")).isFalse();
        assertThat(administration.endSessions("nobody")).isEmpty();
        assertThat(administration.delete("nobody")).isFalse();
        assertThat(credentials.authenticate("alice", PASSWORD, TestCredentials.client()))
                .isEqualTo(Optional.of(new Authentication(id, 1)));
    }

    private static Registration registration(String username) {
        return new Registration(username, username + "@example.com", PASSWORD, "Somebody", null, "female", null);
    }

    private void addSessions(String userId, Instant expiresAt, String... ids) {
        database.database().write(handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    INSERT INTO sessions (user_id, id, created_at, last_used_at, expires_at, token_expires_at, generation)
                    VALUES (:userId, :id, :createdAt, :createdAt, :expiresAt, :tokenExpiresAt, 0)
                    """);
            for (String sessionId : ids) {
                batch.bind("userId", userId)
                        .bind("id", sessionId)
                        .bind("createdAt", NOW.toEpochMilli())
                        .bind("expiresAt", expiresAt.toEpochMilli())
                        .bind("tokenExpiresAt", NOW.plus(Duration.ofHours(1)).toEpochMilli())
                        .add();
            }
            return batch.execute();
        });
    }

    private List<String> endings() {
        return column("SELECT session_id FROM ended_sessions ORDER BY revision, session_id");
    }

    private List<String> column(String query) {
        return database.database()
                .read(handle -> handle.createQuery(query).mapTo(String.class).list());
    }
}
