package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.testing.ConcurrentHistory;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ModelCheck;
import dev.latchkey.testing.RandomSequences;
import dev.latchkey.testing.TestDatabase;
import dev.latchkey.testing.TestMails;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class UserStoreIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TestDatabase database;
    private final UserStore store;
    private final RegistrationStore registrations;

    UserStoreIT(Engine engine) {
        database = new TestDatabase(engine);
        store = new UserStore(database.database(), TestMails.none());
        registrations = new RegistrationStore(database.database(), TestMails.none());
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void keepsEveryField() {
        User user = new User("1", "Zoë", "Zoë@Example.com", " Zoë \ud83d\udd11 ", 30, "non-binary", "de");

        assertThat(registrations.insert(account(user, "$argon2id$"), null, null))
                .isEmpty();

        Map<String, Object> expected = new HashMap<>(Map.of(
                "id", "1",
                "username", "Zoë",
                "username_key", "zoë",
                "email", "Zoë@Example.com",
                "email_key", "zoë@example.com",
                "password_hash", "$argon2id$",
                "full_name", " Zoë \ud83d\udd11 ",
                "age", 30,
                "gender", "non-binary",
                "created_at", NOW.toEpochMilli()));
        expected.put("password_version", 1);
        expected.put("disabled_at", null);
        expected.put("locale", "de");
        expected.put("email_verified_at", null);
        expected.put("pending_email", null);
        assertThat(rows()).containsExactly(expected);
    }

    @Test
    void saysWhichNameIsTaken() {
        registrations.insert(account(user("1", "alice", "alice@example.com"), ""), null, null);

        assertThat(registrations.insert(account(user("2", "ALICE", "new@example.com"), ""), null, null))
                .contains(RegistrationStore.Taken.USERNAME);
        assertThat(registrations.insert(account(user("2", "new", "Alice@Example.com"), ""), null, null))
                .contains(RegistrationStore.Taken.EMAIL);
        assertThat(registrations.insert(account(user("2", "alice", "alice@example.com"), ""), null, null))
                .contains(RegistrationStore.Taken.USERNAME);
        assertThat(rows()).hasSize(1);
    }

    /** Whoever has the name may be deleted between the attempt to take it and the question who has it. */
    @Test
    void takesANameThatIsBeingDeleted() throws Exception {
        AtomicBoolean isDone = new AtomicBoolean();
        ExecutorService rival = Executors.newSingleThreadExecutor();
        Future<?> comingAndGoing = rival.submit(() -> {
            while (!isDone.get()) {
                registrations.insert(account(user("1", "alice", "alice@example.com"), ""), null, null);
                delete("1");
            }
        });
        try {
            for (int i = 0; i < 500; i++) {
                assertThat(registrations.insert(account(user("2", "alice", "alice@example.com"), ""), null, null))
                        .isIn(Optional.empty(), Optional.of(RegistrationStore.Taken.USERNAME));
                delete("2");
            }
        } finally {
            isDone.set(true);
            rival.shutdown();
        }
        comingAndGoing.get();
    }

    private void delete(String id) {
        database.database().write(handle -> handle.createUpdate("DELETE FROM users WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    /** As the migration leaves two users of one mailbox. */
    @Test
    void anAddressThatStaysKeepsItsForm() {
        registrations.insert(account(user("1", "alice", "x@xn--mnchen-3ya.de"), "hash"), null, null);
        registrations.insert(account(user("2", "bob", "bob@example.com"), "hash"), null, null);
        database.database()
                .write(
                        handle -> handle.execute(
                                "UPDATE users SET email = 'x@münchen.de', email_key = 'x@xn--mnchen-3ya.de\t2' WHERE id = '2'"));
        User before = user("2", "bob", "x@münchen.de");
        User renamed = new User("2", "bob", "x@münchen.de", "Another Name", before.age(), before.gender(), "pt-BR");
        User respelled = user("2", "bob", "x@MÜNCHEN.de");
        User moved = user("2", "bob", "bob@straße.de");

        assertThat(update(before, renamed)).isTrue();
        assertThat(update(renamed, before)).isTrue();
        assertThatThrownBy(() -> update(before, respelled)).isInstanceOf(ConstraintException.class);
        assertThat(update(before, moved)).isTrue();
        assertThat(registrations.findTaken("nobody", "bob@xn--strae-oqa.de")).contains(RegistrationStore.Taken.EMAIL);
    }

    @Test
    void behavesAsASetOfAccountsWithTwoUniqueNames() {
        RandomSequences.forEach(20, random -> UserOperation.sequence(random, 60), operations -> {
            deleteAll();
            var model = ModelCheck.run(stores(), List.of(), operations);
            assertThat(accounts()).containsExactlyInAnyOrderElementsOf(model.getOrDefault("accounts", List.of()));
        });
    }

    @Test
    void isLinearizable() {
        RandomSequences.forEach(15, random -> UserOperation.sequence(random, 48), operations -> {
            deleteAll();
            ConcurrentHistory.check(stores(), List.of(), 8, operations, UserOperation.findAll(operations));
        });
    }

    private UserOperation.Stores stores() {
        return new UserOperation.Stores(registrations, store);
    }

    private boolean update(User before, User after) {
        return store.update(profile(before), profile(after), List.of(), NOW);
    }

    private static Profile profile(User user) {
        return new Profile(user, NOW, false, null);
    }

    private static Account account(User user, String passwordHash) {
        return new Account(user, CanonicalName.of(user.username()), CanonicalEmail.of(user.email()), passwordHash, NOW);
    }

    private static User user(String id, String username, String email) {
        return new User(id, username, email, "Somebody", null, "male", null);
    }

    private List<Map<String, Object>> rows() {
        return database.database()
                .read(handle ->
                        handle.createQuery("SELECT * FROM users").mapToMap().list());
    }

    private List<Account> accounts() {
        return database.database().read(handle -> handle.createQuery("SELECT * FROM users")
                .map((row, context) -> new Account(
                        new User(
                                row.getString("id"),
                                row.getString("username"),
                                row.getString("email"),
                                row.getString("full_name"),
                                row.getObject("age") == null ? null : row.getInt("age"),
                                row.getString("gender"),
                                row.getString("locale")),
                        row.getString("username_key"),
                        row.getString("email_key"),
                        row.getString("password_hash"),
                        Instant.ofEpochMilli(row.getLong("created_at"))))
                .list());
    }

    private void deleteAll() {
        database.database().write(handle -> handle.execute("DELETE FROM users"));
    }
}
