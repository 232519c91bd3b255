package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class SweeperTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final int MANY = 2 * SweepStore.STEP + 1;

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);
    private final MetricRegistry metrics = new MetricRegistry();
    private final Entries entries;
    private final Sweeper sweeper;

    SweeperTest(Engine engine) {
        database = new TestDatabase(engine);
        UserDataStore users = new UserDataStore(database.database(), new Quota(1_000_000, 1 << 30));
        entries = new Entries(new EntryStore(database.database()), users, clock);
        sweeper = new Sweeper(new SweepStore(database.database(), users), LIFETIME, clock, metrics);
        database.addUser("alice");
        database.addUser("bob");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    /** In more than one step, of several users. */
    @Test
    void deletesExpiredEntriesAndLeavesTombstones() {
        for (int i = 0; i < MANY; i++) {
            store(i % 2 == 0 ? "alice" : "bob", "key-" + i, 10);
        }
        store("alice", "later", 11);
        store("alice", "for ever", null);
        long before = entries.revision("alice");
        clock.set(NOW.plusSeconds(10));

        sweeper.sweep();

        assertThat(count("entries")).isEqualTo(2);
        assertThat(count("tombstones")).isEqualTo(MANY);
        assertThat(entries.usage("alice").entries()).isEqualTo(2);
        assertThat(entries.usage("alice").bytes()).isEqualTo("laterfor ever".length());
        assertThat(entries.usage("bob").entries()).isZero();
        assertThat(entries.usage("bob").bytes()).isZero();
        assertThat(entries.revision("alice")).isEqualTo(before + MANY / 2 + 1);
        assertThat(metrics.meter("data.swept.entries").getCount()).isEqualTo(MANY);
    }

    @Test
    void leavesAnEntryThatWasStoredAgain() {
        store("alice", "key", 10);
        clock.set(NOW.plusSeconds(10));
        store("alice", "key", null);

        sweeper.sweep();

        assertThat(entries.read("alice", "key", Conditions.NONE)).isNotNull();
        assertThat(count("tombstones")).isZero();
    }

    @Test
    void forgetsOldTombstonesAndRaisesTheFloor() {
        for (int i = 0; i < MANY; i++) {
            store("alice", "key-" + i, null);
            apply("alice", new Operation(Operation.Kind.DELETE, "key-" + i, null, null, Conditions.NONE));
        }
        long lastOld = entries.revision("alice");
        clock.set(NOW.plusMillis(1));
        store("alice", "young", null);
        apply("alice", new Operation(Operation.Kind.DELETE, "young", null, null, Conditions.NONE));
        store("bob", "key", null);
        clock.set(NOW.plus(LIFETIME));

        sweeper.sweep();
        assertThat(count("tombstones")).isEqualTo(MANY + 1);
        clock.set(NOW.plus(LIFETIME).plusMillis(1));
        sweeper.sweep();

        assertThat(count("tombstones")).isOne();
        assertThat(floor("alice")).isEqualTo(lastOld);
        assertThat(floor("bob")).isZero();
        assertThat(metrics.meter("data.swept.tombstones").getCount()).isEqualTo(MANY);
    }

    @Test
    void forgetsWhatBecameOfOldRequests() {
        for (int i = 0; i < MANY; i++) {
            List<Operation> put = List.of(new Operation(Operation.Kind.PUT, "key", "value", null, Conditions.NONE));
            entries.apply("alice", put, IdempotentRequest.of(new IdempotencyKey("request-" + i), "", put));
        }
        clock.set(NOW.plus(Entries.IDEMPOTENCY));
        sweeper.sweep();
        assertThat(count("idempotency_keys")).isEqualTo(MANY);
        clock.set(NOW.plus(Entries.IDEMPOTENCY).plusMillis(1));
        sweeper.sweep();
        assertThat(count("idempotency_keys")).isZero();
        assertThat(metrics.meter("data.swept.idempotency-keys").getCount()).isEqualTo(MANY);
    }

    private void store(String user, String key, Integer expiresIn) {
        apply(user, new Operation(Operation.Kind.PUT, key, "", Expiry.in(expiresIn), Conditions.NONE));
    }

    private void apply(String user, Operation operation) {
        assertThat(entries.apply(user, List.of(operation), null).isDone()).isTrue();
    }

    private long floor(String user) {
        return number("SELECT floor FROM user_data WHERE user_id = '" + user + "'");
    }

    private long count(String table) {
        return number("SELECT count(*) FROM " + table);
    }

    private long number(String sql) {
        return database.database()
                .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
