package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.server.database.Database;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
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
    private final UserDataStore users;
    private final Entries entries;
    private final Sweeper sweeper;

    SweeperTest(Engine engine) {
        database = new TestDatabase(engine);
        users = new UserDataStore(database.database(), new Quota(1_000_000, 1 << 30));
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

        sweep(sweeper);

        assertThat(count("entries")).isEqualTo(2);
        assertThat(count("tombstones")).isEqualTo(MANY);
        assertThat(entries.usage("alice").entries()).isEqualTo(2);
        assertThat(entries.usage("alice").bytes()).isEqualTo("laterfor ever".length());
        assertThat(entries.usage("bob").entries()).isZero();
        assertThat(entries.usage("bob").bytes()).isZero();
        assertThat(entries.revision("alice")).isEqualTo(before + MANY / 2 + 1);
        assertThat(metrics.meter("data.swept.entries").getCount()).isEqualTo(MANY);
    }

    /** What happens between the moment when the sweeper finds an expired entry and that when it deletes it. */
    private enum Meanwhile {
        STORED_FOR_EVER(Operation.Kind.PUT, null),
        STORED_FOR_LONGER(Operation.Kind.PUT, 1),
        CREATED_ANEW(Operation.Kind.CREATE, null);

        private final Operation.Kind kind;
        private final Integer expiresIn;

        Meanwhile(Operation.Kind kind, Integer expiresIn) {
            this.kind = kind;
            this.expiresIn = expiresIn;
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesAnEntryThatIsStoredMeanwhile(Meanwhile meanwhile) {
        store("alice", "key", 10);
        store("alice", "other", 10);
        clock.set(NOW.plusSeconds(10));

        sweepAfterReading(() -> apply(
                "alice", new Operation(meanwhile.kind, "key", "new", Expiry.in(meanwhile.expiresIn), Conditions.NONE)));

        assertThat(entries.read("alice", "key", Conditions.NONE).value()).isEqualTo("new");
        assertThat(tombstones()).containsExactly("other");
        assertThat(entries.usage("alice").entries()).isOne();
        assertThat(entries.usage("alice").bytes()).isEqualTo("keynew".length());
    }

    @Test
    void countsNothingTwiceThatIsDeletedMeanwhile() {
        store("alice", "key", 10);
        store("alice", "again", 10);
        clock.set(NOW.plusSeconds(10));

        sweepAfterReading(() -> {
            store("alice", "again", null);
            apply("alice", new Operation(Operation.Kind.DELETE, "again", null, null, Conditions.NONE));
            sweep(sweeper);
        });

        assertThat(tombstones()).containsExactly("again", "key");
        assertThat(entries.usage("alice").entries()).isZero();
        assertThat(entries.usage("alice").bytes()).isZero();
        assertThat(entries.revision("alice")).isEqualTo(5);
    }

    @Test
    void leavesOtherUsersAloneWhenOneIsDeletedMeanwhile() {
        store("alice", "key", 10);
        store("bob", "key", 10);
        clock.set(NOW.plusSeconds(10));

        sweepAfterReading(
                () -> database.database().write(handle -> handle.execute("DELETE FROM users WHERE id = 'alice'")));

        assertThat(count("entries")).isZero();
        assertThat(tombstones()).containsExactly("key");
        assertThat(entries.usage("bob").entries()).isZero();
    }

    @Test
    void leavesATombstoneThatIsRenewedMeanwhile() {
        store("alice", "key", null);
        Operation delete = new Operation(Operation.Kind.DELETE, "key", null, null, Conditions.NONE);
        apply("alice", delete);
        clock.set(NOW.plus(LIFETIME).plusMillis(1));

        sweepAfterReading(() -> {
            store("alice", "key", null);
            apply("alice", delete);
        });

        assertThat(tombstones()).containsExactly("key");
        assertThat(floor("alice")).isZero();
    }

    /** Sweeps, and does {@code meanwhile} once, after the first rows were found. */
    private void sweepAfterReading(Runnable meanwhile) {
        AtomicBoolean isDone = new AtomicBoolean();
        Database observed = new Database() {
            @Override
            public <T> T read(Function<Handle, T> query) {
                T found = database.database().read(query);
                if (!((List<?>) found).isEmpty() && !isDone.getAndSet(true)) {
                    meanwhile.run();
                }
                return found;
            }

            @Override
            public <T> T write(Function<Handle, T> change) {
                return database.database().write(change);
            }
        };
        sweep(new Sweeper(new SweepStore(observed, users), LIFETIME, clock, metrics));
        assertThat(isDone).isTrue();
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

        sweep(sweeper);
        assertThat(count("tombstones")).isEqualTo(MANY + 1);
        clock.set(NOW.plus(LIFETIME).plusMillis(1));
        sweep(sweeper);

        assertThat(count("tombstones")).isOne();
        assertThat(floor("alice")).isEqualTo(lastOld);
        assertThat(floor("bob")).isZero();
        assertThat(metrics.meter("data.swept.tombstones").getCount()).isEqualTo(MANY);
    }

    @Test
    void forgetsWhatBecameOfOldRequests() {
        for (int i = 0; i < MANY; i++) {
            List<Operation> put = List.of(new Operation(Operation.Kind.PUT, "key", "value", null, Conditions.NONE));
            apply("alice", put, IdempotentRequest.of(new IdempotencyKey("request-" + i), "", put));
        }
        clock.set(NOW.plus(Entries.IDEMPOTENCY));
        sweep(sweeper);
        assertThat(count("idempotency_keys")).isEqualTo(MANY);
        clock.set(NOW.plus(Entries.IDEMPOTENCY).plusMillis(1));
        sweep(sweeper);
        assertThat(count("idempotency_keys")).isZero();
        assertThat(metrics.meter("data.swept.idempotency-keys").getCount()).isEqualTo(MANY);
    }

    private void store(String user, String key, Integer expiresIn) {
        apply(user, new Operation(Operation.Kind.PUT, key, "", Expiry.in(expiresIn), Conditions.NONE));
    }

    private void apply(String user, Operation operation) {
        assertThat(apply(user, List.of(operation), null).isDone()).isTrue();
    }

    private Applied apply(String user, List<Operation> operations, IdempotentRequest request) {
        return Await.result(entries.apply(user, operations, request));
    }

    private List<String> tombstones() {
        return database.database().read(handle -> handle.createQuery("SELECT key FROM tombstones ORDER BY key")
                .mapTo(String.class)
                .list());
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

    private static void sweep(Sweeper sweeper) {
        sweeper.sweepEntries();
        sweeper.sweepRest();
    }
}
