package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.database.Database;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Model.Slot;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Very many expired entries are deleted, while their users and others write. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SweepUnderLoadTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final int EXPIRED = ProofSize.of(2_345, 500_000);
    private static final int KEYS = 10;
    private static final List<String> EXPIRING = List.of("alice", "bob");
    private static final List<String> WRITERS = List.of("alice", "bob", "carol", "dave");

    private final TestDatabase database;
    private final Entries entries;
    private final Sweeper sweeper;
    private final MetricRegistry metrics = new MetricRegistry();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Slot, String> acknowledged = new ConcurrentHashMap<>();
    // One for each write that was acknowledged.
    private final Semaphore writes = new Semaphore(0);
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicInteger largestStep = new AtomicInteger();

    SweepUnderLoadTest(Engine engine) {
        database = new TestDatabase(engine);
        Quota quota = new Quota(1_000_000, 1 << 30);
        SettableClock clock = new SettableClock(NOW);
        entries =
                new Entries(new EntryStore(database.database()), new UserDataStore(database.database(), quota), clock);
        Database observed = new Steps();
        sweeper = new Sweeper(
                new SweepStore(observed, new UserDataStore(observed, quota)), Duration.ofDays(30), clock, metrics);
        WRITERS.forEach(database::addUser);
        EXPIRING.forEach(this::addExpired);
        WRITERS.forEach(user -> IntStream.range(0, KEYS).forEach(i -> write(user, i)));
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        database.close();
    }

    /** Before each transaction of the sweeper, some write begins and is acknowledged. */
    private final class Steps implements Database {
        @Override
        public <T> T read(Function<Handle, T> query) {
            return database.database().read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            writes.drainPermits();
            // Those that were under way, and one that began later.
            writes.acquireUninterruptibly(WRITERS.size() + 1);
            return database.database().write(handle -> {
                long before = numberOfEntries(handle);
                T result = change.apply(handle);
                largestStep.accumulateAndGet((int) (before - numberOfEntries(handle)), Math::max);
                steps.incrementAndGet();
                return result;
            });
        }

        /** Which only the sweeper changes: the writers replace. */
        private static long numberOfEntries(Handle handle) {
            return handle.createQuery("SELECT sum(entries) FROM user_data")
                    .mapTo(Long.class)
                    .one();
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void letsWritersHaveTheirTurnBetweenItsSteps() throws Exception {
        AtomicBoolean isSwept = new AtomicBoolean();
        List<Future<?>> writers = new ArrayList<>();
        for (String user : WRITERS) {
            writers.add(threads.submit(() -> {
                for (int i = 0; !isSwept.get(); i++) {
                    write(user, i);
                }
            }));
        }
        try {
            threads.submit(sweeper::sweepEntries).get();
        } finally {
            isSwept.set(true);
        }
        for (Future<?> writer : writers) {
            writer.get();
        }

        assertThat(metrics.meter("data.swept.entries").getCount()).isEqualTo(EXPIRED);
        assertThat(steps).hasValueGreaterThanOrEqualTo(EXPIRED / SweepStore.STEP);
        assertThat(largestStep).hasPositiveValue().hasValueLessThanOrEqualTo(SweepStore.STEP);
        assertThat(number("SELECT count(*) FROM tombstones")).isEqualTo(EXPIRED);
        // With the counts and revisions of every user.
        assertThat(Contents.of(database.settings())).isEqualTo(acknowledged);
    }

    private void write(String user, int number) {
        String key = "key-" + number % KEYS;
        String value = String.valueOf(number);
        Operation put = new Operation(Operation.Kind.PUT, key, value, null, Conditions.NONE);
        assertThat(Await.result(entries.apply(user, List.of(put), null)).isDone())
                .isTrue();
        acknowledged.put(new Slot(user, key), value);
        writes.release();
    }

    private void addExpired(String user) {
        int count = user.equals(EXPIRING.get(0)) ? EXPIRED - EXPIRED / 2 : EXPIRED / 2;
        // Not all at once: a statement may take five seconds.
        for (int first = 1; first <= count; first += 10_000) {
            int from = first;
            database.database().write(handle -> handle.createUpdate("""
                    INSERT INTO entries (user_id, key, value, created_at, updated_at, revision, expires_at)
                    WITH RECURSIVE numbers (n) AS (SELECT :from UNION ALL SELECT n + 1 FROM numbers WHERE n < :to)
                    SELECT :user, 'expired-' || n, 'value', 0, 0, n, n FROM numbers
                    """)
                    .bind("from", from)
                    .bind("to", Math.min(from + 9_999, count))
                    .bind("user", user)
                    .execute());
        }
        database.database()
                .write(handle -> handle.createUpdate("""
                INSERT INTO user_data (user_id, revision, floor, entries, bytes)
                SELECT user_id, max(revision), 0, count(*), sum(octet_length(key) + octet_length(value)) FROM entries
                WHERE user_id = :user GROUP BY user_id
                """).bind("user", user).execute());
    }

    private long number(String sql) {
        return database.database()
                .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
