package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.testing.ConcurrentHistory;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ModelCheck;
import dev.latchkey.testing.RandomSequences;
import dev.latchkey.testing.TestDatabase;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        EntryOperation.USERS.forEach(database::addUser);
        RandomSequences.forEach(20, random -> EntryOperation.sequence(random, 100, 5), operations -> {
            execute("DELETE FROM entries");
            var model = ModelCheck.run(store, Optional.empty(), operations);
            model.values().removeIf(Optional::isEmpty);
            assertThat(rows()).isEqualTo(model);
        });
    }

    @Test
    void isLinearizable() {
        EntryOperation.USERS.forEach(database::addUser);
        RandomSequences.forEach(15, random -> EntryOperation.sequence(random, 160, 2), operations -> {
            execute("DELETE FROM entries");
            ConcurrentHistory.check(store, Optional.empty(), 8, operations, EntryOperation.findAll(operations));
        });
    }

    @Test
    void refusesAnEntryOfNobody() {
        assertThatThrownBy(() -> store.insert("nobody", new Entry("key", "value"), NOW))
                .isInstanceOf(ConstraintException.class);
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

    private Map<Object, Optional<EntryOperation.Row>> rows() {
        return database.database()
                .read(handle -> handle.createQuery("SELECT * FROM entries").reduceRows(new HashMap<>(), (rows, row) -> {
                    rows.put(
                            new EntryOperation.Subject(
                                    row.getColumn("user_id", String.class), row.getColumn("key", String.class)),
                            Optional.of(new EntryOperation.Row(
                                    row.getColumn("value", String.class),
                                    Instant.ofEpochMilli(row.getColumn("created_at", Long.class)),
                                    Instant.ofEpochMilli(row.getColumn("updated_at", Long.class)))));
                    return rows;
                }));
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
