package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class EntryStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TestDatabase database;
    private final EntryStore store;

    EntryStoreTest(Engine engine) {
        database = new TestDatabase(engine);
        store = new EntryStore(database.database());
    }

    @BeforeEach
    void addUsers() {
        database.addUser("alice");
        database.addUser("bob");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void behavesAsAMapForEachUser() {
        Random random = new Random(42);
        String[] users = {"alice", "bob"};
        String[] keys = {"a", "A", "ä", "a\u0308", "a ", "\ud83d\udd11", "%", "_", "a%"};
        Map<String, String> model = new HashMap<>();

        for (int i = 0; i < 2_000; i++) {
            String user = users[random.nextInt(users.length)];
            String key = keys[random.nextInt(keys.length)];
            String value = "value " + i;
            String at = user + "/" + key;
            switch (random.nextInt(4)) {
                case 0 ->
                    assertThat(store.insert(user, new Entry(key, value), NOW))
                            .isEqualTo(model.putIfAbsent(at, value) == null);
                case 1 ->
                    assertThat(store.update(user, new Entry(key, value), NOW))
                            .isEqualTo(model.replace(at, value) != null);
                case 2 -> assertThat(store.delete(user, key)).isEqualTo(model.remove(at) != null);
                default ->
                    assertThat(store.find(user, key).map(Entry::value)).isEqualTo(Optional.ofNullable(model.get(at)));
            }
        }
        assertThat(count()).isEqualTo(model.size());
    }

    @Test
    void refusesAnEntryOfNobody() {
        assertThatThrownBy(() -> store.insert("nobody", new Entry("key", "value"), NOW))
                .isInstanceOf(JdbiException.class);
        assertThat(count()).isZero();
    }

    @Test
    void losesAUsersEntriesWithTheUser() {
        store.insert("alice", new Entry("key", "value"), NOW);
        store.insert("bob", new Entry("key", "value"), NOW);

        execute("DELETE FROM users WHERE id = 'alice'");

        assertThat(store.find("alice", "key")).isEmpty();
        assertThat(store.find("bob", "key")).isPresent();
    }

    @Test
    void keepsTheTimesOfAnEntry() {
        store.insert("alice", new Entry("key", "value"), NOW);
        store.update("alice", new Entry("key", "other"), NOW.plusSeconds(1));

        Map<String, Object> row = database.database()
                .read(handle -> handle.createQuery("SELECT created_at, updated_at FROM entries")
                        .mapToMap()
                        .one());
        assertThat(((Number) row.get("created_at")).longValue()).isEqualTo(NOW.toEpochMilli());
        assertThat(((Number) row.get("updated_at")).longValue()).isEqualTo(NOW.toEpochMilli() + 1000);
    }

    @Test
    void ordersKeysByTheirBytes() {
        for (String key : new String[] {"b", "a", "B", "é", "Z", "鍵", "a/", "a-"}) {
            store.insert("alice", new Entry(key, ""), NOW);
        }
        List<String> keys = database.database()
                .read(handle -> handle.createQuery("SELECT key FROM entries ORDER BY user_id, key")
                        .mapTo(String.class)
                        .list());
        assertThat(keys).containsExactly("B", "Z", "a", "a-", "a/", "b", "é", "鍵");
    }

    private int count() {
        return database.database().read(handle -> handle.createQuery("SELECT count(*) FROM entries")
                .mapTo(int.class)
                .one());
    }

    private void execute(String sql) {
        database.database().write(handle -> handle.execute(sql));
    }
}
