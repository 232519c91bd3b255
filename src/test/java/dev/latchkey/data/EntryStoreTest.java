package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.ConcurrentHistory;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ModelCheck;
import dev.latchkey.testing.RandomSequences;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class EntryStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);
    private final Entries entries;

    EntryStoreTest(Engine engine) {
        database = new TestDatabase(engine);
        entries = new Entries(
                new EntryStore(database.database()),
                new UserDataStore(database.database(), EntryOperation.QUOTA),
                clock);
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

    /** One after the other, while time passes. */
    @Test
    void behavesAsTheModelOfAUser() {
        EntryOperation.USERS.forEach(database::addUser);
        RandomSequences.forEach(20, random -> EntryOperation.sequence(random, 150, 7, true), sequence -> {
            clear();
            var model = ModelCheck.run(new EntryOperation.Store(entries, clock), EntryOperation.EMPTY, sequence);
            for (var user : model.entrySet()) {
                assertStored((String) user.getKey(), (EntryOperation.State) user.getValue());
            }
        });
    }

    @Test
    void isLinearizable() {
        EntryOperation.USERS.forEach(database::addUser);
        RandomSequences.forEach(15, random -> EntryOperation.sequence(random, 160, 2, false), sequence -> {
            clear();
            ConcurrentHistory.check(
                    new EntryOperation.Store(entries, clock),
                    EntryOperation.EMPTY,
                    8,
                    sequence,
                    EntryOperation.readAll(sequence));
        });
    }

    /** The rows, and the user's revision and counts. */
    private void assertStored(String user, EntryOperation.State expected) {
        Map<String, EntryOperation.Row> rows = new TreeMap<>();
        for (Map<String, Object> row : select("SELECT * FROM entries WHERE user_id = '" + user + "'")) {
            rows.put(
                    (String) row.get("key"),
                    new EntryOperation.Row(
                            (String) row.get("value"),
                            number(row, "revision"),
                            Instant.ofEpochMilli(number(row, "created_at")),
                            Instant.ofEpochMilli(number(row, "updated_at")),
                            row.get("expires_at") == null ? null : Instant.ofEpochMilli(number(row, "expires_at"))));
        }
        assertThat(rows).isEqualTo(new TreeMap<>(expected.rows()));
        assertThat(entries.revision(user)).isEqualTo(expected.revision());
        assertThat(entries.usage(user))
                .isEqualTo(new Usage(expected.rows().size(), expected.bytes(), EntryOperation.QUOTA));
    }

    @Test
    void saysWhetherAKeyIsThere() {
        store("alice", "key");

        assertThat(apply("alice", Operation.Kind.CREATE, "key").last().refusal())
                .isEqualTo(ErrorCode.KEY_EXISTS);
        assertThat(catchThrowableOfType(Problem.class, () -> entries.read("alice", "other", Conditions.NONE))
                        .code())
                .isEqualTo(ErrorCode.KEY_NOT_FOUND);
        assertThat(apply("alice", Operation.Kind.UPDATE, "other").last().refusal())
                .isEqualTo(ErrorCode.KEY_NOT_FOUND);
        assertThat(apply("alice", Operation.Kind.DELETE, "other").last().refusal())
                .isEqualTo(ErrorCode.KEY_NOT_FOUND);
    }

    @Test
    void refusesAnEntryOfNobody() {
        assertThat(catchThrowableOfType(Problem.class, () -> store("nobody", "key"))
                        .code())
                .isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(select("SELECT * FROM entries")).isEmpty();
    }

    @Test
    void losesAUsersEntriesWithTheUser() {
        store("alice", "key");
        store("alice", "deleted");
        apply("alice", Operation.Kind.DELETE, "deleted");
        store("bob", "key");

        execute("DELETE FROM users WHERE id = 'alice'");

        for (String table : List.of("entries", "user_data", "tombstones", "idempotency_keys")) {
            assertThat(select("SELECT * FROM " + table + " WHERE user_id = 'alice'"))
                    .isEmpty();
        }
        assertThat(entries.read("bob", "key", Conditions.NONE)).isNotNull();
    }

    @Test
    void leavesATombstoneWithTheRevisionOfTheDeletion() {
        store("alice", "key");
        apply("alice", Operation.Kind.DELETE, "key");
        assertThat(select("SELECT key, revision, deleted_at FROM tombstones"))
                .singleElement()
                .satisfies(row -> assertThat(number(row, "revision")).isEqualTo(2))
                .satisfies(row -> assertThat(number(row, "deleted_at")).isEqualTo(NOW.toEpochMilli()));
        store("alice", "key");
        apply("alice", Operation.Kind.DELETE, "key");
        assertThat(select("SELECT revision FROM tombstones"))
                .singleElement()
                .satisfies(row -> assertThat(number(row, "revision")).isEqualTo(4));
    }

    @Test
    void forgetsAnIdempotencyKeyAfterADay() {
        List<Operation> create = List.of(operation(Operation.Kind.CREATE, "key"));
        IdempotentRequest request = IdempotentRequest.of(new IdempotencyKey("once"), "", create);
        assertThat(apply("alice", create, request).isReplayed()).isFalse();
        clock.set(NOW.plus(Duration.ofHours(24)));
        assertThat(apply("alice", create, request).isReplayed()).isTrue();
        clock.set(NOW.plus(Duration.ofHours(24)).plusMillis(1));
        Applied late = apply("alice", create, request);
        assertThat(late.isReplayed()).isFalse();
        assertThat(late.last().refusal()).isEqualTo(ErrorCode.KEY_EXISTS);
    }

    /** At the very millisecond. */
    @Test
    void hidesAnEntryFromItsExpiryOn() {
        apply(
                "alice",
                List.of(new Operation(Operation.Kind.CREATE, "key", "value", Expiry.in(10), Conditions.NONE)),
                null);
        clock.set(NOW.plusSeconds(10).minusMillis(1));
        assertThat(entries.read("alice", "key", Conditions.NONE).expiresAt()).isEqualTo(NOW.plusSeconds(10));
        assertThat(entries.page("alice", KeyRange.ALL, 10, true).entries()).hasSize(1);
        clock.set(NOW.plusSeconds(10));
        assertThat(catchThrowableOfType(Problem.class, () -> entries.read("alice", "key", Conditions.NONE))
                        .code())
                .isEqualTo(ErrorCode.KEY_NOT_FOUND);
        assertThat(entries.page("alice", KeyRange.ALL, 10, true).entries()).isEmpty();
        assertThat(apply("alice", Operation.Kind.CREATE, "key").last()).isEqualTo(Outcome.done(true, 2L));
    }

    @Test
    void ordersKeysByTheirBytes() {
        for (String key : new String[] {"b", "a", "B", "\u00e9", "Z"}) {
            store("alice", key);
        }
        for (String key : new String[] {"\u9375", "\ud83d\udd11", "\uffee", "a/", "a-"}) {
            store("bob", key);
        }
        assertThat(keys("alice")).containsExactly("B", "Z", "a", "b", "\u00e9");
        assertThat(keys("bob")).containsExactly("a-", "a/", "\u9375", "\uffee", "\ud83d\udd11");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void pagesTheSameWithAndWithoutValues(int limit) {
        List<String> keys = List.of("a", "b", "c", "d", "e");
        keys.forEach(key -> store("alice", key));
        for (boolean withValues : new boolean[] {true, false}) {
            for (int from = 0; from <= keys.size(); from++) {
                KeyRange range = from == 0 ? KeyRange.ALL : KeyRange.ALL.after(keys.get(from - 1));
                Page page = entries.page("alice", range, limit, withValues);
                int to = Math.min(from + limit, keys.size());
                assertThat(page.entries()).extracting(Entry::key).isEqualTo(keys.subList(from, to));
                assertThat(page.hasNext()).isEqualTo(to < keys.size());
                assertThat(page.entries()).extracting(Entry::value).allMatch(value -> withValues == (value != null));
            }
        }
    }

    /** Only of values must it know the lengths first. */
    @Test
    void readsAPageWithoutValuesByOneQuery() {
        store("alice", "key");
        AtomicInteger queries = new AtomicInteger();
        EntryStore store = new EntryStore(new WithEachQuery(queries::incrementAndGet));
        assertThat(store.findPage("alice", KeyRange.ALL, 10, false, NOW).entries())
                .hasSize(1);
        assertThat(queries.getAndSet(0)).isOne();
        assertThat(store.findPage("alice", KeyRange.ALL, 10, true, NOW).entries())
                .hasSize(1);
        assertThat(queries).hasValue(2);
    }

    /** Not a revision that was undone. */
    @Test
    void tellsItsListenerHowFarTheDataIs() {
        List<Long> told = new ArrayList<>();
        UserDataStore users =
                new UserDataStore(database.database(), EntryOperation.QUOTA, (userId, revision) -> told.add(revision));
        Entries listened = new Entries(new EntryStore(database.database()), users, clock);
        Operation put = operation(Operation.Kind.PUT, "key");
        listened.apply("alice", List.of(put), null);
        List<Operation> oneIsRefused = List.of(put, operation(Operation.Kind.UPDATE, "none"));
        assertThat(listened.apply("alice", oneIsRefused, null))
                .isCompletedWithValueMatching(applied -> !applied.isDone());
        listened.apply("alice", List.of(put, put), null);
        assertThat(told).containsExactly(1L, 1L, 3L);
    }

    /** What was there all the time is on this page, or on one after it. */
    @Test
    void losesNothingWhenAnEntryIsCreatedWhileAPageIsRead() {
        List.of("a", "c").forEach(key -> store("alice", key));
        AtomicInteger queries = new AtomicInteger();
        EntryStore store = new EntryStore(new WithEachQuery(() -> {
            if (queries.incrementAndGet() == 2) {
                store("alice", "b");
            }
        }));
        Page page = store.findPage("alice", KeyRange.ALL, 10, true, NOW);
        assertThat(queries).hasValue(2);
        assertThat(page.entries()).extracting(Entry::key).containsExactly("a", "b");
        assertThat(page.hasNext()).isTrue();
        assertThat(store.findPage("alice", KeyRange.ALL.after(page.lastKey()), 10, true, NOW)
                        .entries())
                .extracting(Entry::key)
                .containsExactly("c");
    }

    /** Does something before each query. */
    private final class WithEachQuery implements Database {
        private final Runnable work;

        WithEachQuery(Runnable work) {
            this.work = work;
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            return database.database().read(handle -> {
                handle.setSqlLogger(new SqlLogger() {
                    @Override
                    public void logBeforeExecution(StatementContext context) {
                        work.run();
                    }
                });
                return query.apply(handle);
            });
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            throw new UnsupportedOperationException();
        }
    }

    private List<String> keys(String user) {
        return entries.page(user, KeyRange.ALL, 1000, false).entries().stream()
                .map(Entry::key)
                .toList();
    }

    private void store(String user, String key) {
        assertThat(apply(user, Operation.Kind.CREATE, key).isDone()).isTrue();
    }

    private Applied apply(String user, Operation.Kind kind, String key) {
        return apply(user, List.of(operation(kind, key)), null);
    }

    private Applied apply(String user, List<Operation> operations, IdempotentRequest request) {
        return Await.result(entries.apply(user, operations, request));
    }

    private static Operation operation(Operation.Kind kind, String key) {
        return new Operation(kind, key, kind == Operation.Kind.DELETE ? null : "value", null, Conditions.NONE);
    }

    private static long number(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).longValue();
    }

    private List<Map<String, Object>> select(String sql) {
        return database.database()
                .read(handle -> handle.createQuery(sql).mapToMap().list());
    }

    private void clear() {
        for (String table : List.of("entries", "user_data", "tombstones", "idempotency_keys")) {
            execute("DELETE FROM " + table);
        }
    }

    private void execute(String sql) {
        database.database().write(handle -> handle.execute(sql));
    }
}
