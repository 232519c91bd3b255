package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.PgBouncer;
import dev.latchkey.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind PgBouncer, the next transaction may run in another session of the database, and other people's in this one. */
final class PostgresPoolerIT {
    private static final int WRITERS = 4;
    private static final int WRITES = 60;

    private final DatabaseSettings direct = Engine.POSTGRES.newDatabase();

    @TempDir
    private Path folder;

    /** What a URL may say of how the driver prepares statements. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "?prepareThreshold=0",
                "?prepareThreshold=1",
                "?prepareThreshold=-1",
                "?prepareThreshold=5&preferQueryMode=extendedCacheEverything",
                "?autosave=always&prepareThreshold=1",
                "?defaultRowFetchSize=1&prepareThreshold=2",
                "?preferQueryMode=simple",
                "?preferQueryMode=extendedForPrepared&binaryTransfer=true&prepareThreshold=1",
                "?reWriteBatchedInserts=true&prepareThreshold=1"
            })
    void doesWhatItAcknowledges(String parameters) throws Exception {
        try (PgBouncer pooler = new PgBouncer(folder, direct, "transaction");
                TestDatabase database = new TestDatabase(with(pooler.database(), parameters))) {
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String id = "user" + i;
                database.addUser(id);
                writers.add(threads.submit(() -> growOlder(database, id)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            threads.shutdown();
            List<Integer> ages = Jdbi.create(() -> Engine.connect(direct))
                    .withHandle(handle -> handle.createQuery("SELECT age FROM users")
                            .mapTo(int.class)
                            .list());
            assertThat(ages).hasSize(WRITERS).containsOnly(WRITES);
        }
    }

    private static void growOlder(TestDatabase database, String id) {
        for (int i = 0; i < WRITES; i++) {
            int before = i;
            database.database().write(handle -> {
                assertThat(age(handle, id)).isEqualTo(before);
                return handle.createUpdate("UPDATE users SET age = :age WHERE id = :id")
                        .bind("age", before + 1)
                        .bind("id", id)
                        .execute();
            });
            assertThat(database.database().<Integer>read(handle -> age(handle, id)))
                    .isEqualTo(before + 1);
        }
    }

    private static int age(Handle handle, String id) {
        return handle.createQuery("SELECT coalesce(age, 0) FROM users WHERE id = :id")
                .bind("id", id)
                .mapTo(int.class)
                .one();
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void aSessionIsReliedOnOnlyWhereThereIsNoPooler(String mode) throws Exception {
        try (PgBouncer pooler = new PgBouncer(folder, direct, mode)) {
            for (int i = 0; i < 5; i++) {
                assertThat(keepsSession(direct)).isTrue();
                assertThat(keepsSession(pooler.database())).isFalse();
                assertThat(keepsSession(with(pooler.database(), "?prepareThreshold=1")))
                        .isFalse();
                assertThat(keepsSession(with(direct, "?prepareThreshold=0"))).isFalse();
            }
        }
    }

    private static boolean keepsSession(DatabaseSettings settings) throws SQLException {
        try (Connection connection = new PostgresConnections(settings, "test").getConnection()) {
            return PostgresConnections.keepsSession(connection);
        }
    }

    @Test
    void aDirectConnectionPreparesItsStatementsOnce() throws Exception {
        try (TestDatabase database = new TestDatabase(direct)) {
            long prepared = database.database().read(handle -> {
                for (int i = 0; i < 10; i++) {
                    handle.createQuery("SELECT 1").mapTo(int.class).one();
                }
                return handle.createQuery("SELECT count(*) FROM pg_prepared_statements")
                        .mapTo(long.class)
                        .one();
            });
            assertThat(prepared).isPositive();
        }
    }

    @Test
    void everyWriteIsOnDiskAndBoundedInTimeAndNobodyElseIs() throws Exception {
        try (Connection connection = Engine.connect(direct);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + connection.getCatalog() + " SET synchronous_commit = off");
        }
        try (PgBouncer pooler = new PgBouncer(folder, direct, "transaction");
                TestDatabase database = new TestDatabase(pooler.database())) {
            for (int i = 0; i < 5; i++) {
                database.database().write(handle -> {
                    assertThat(setting(handle, "synchronous_commit")).isEqualTo("on");
                    assertThat(setting(handle, "statement_timeout")).isEqualTo("5s");
                    return null;
                });
                assertUntouched(pooler.database());
            }
        }
    }

    @Test
    void aStoreIsCopiedAsWellAndLeavesNothingInTheSession() throws Exception {
        DatabaseSettings file = Engine.SQLITE.newDatabase();
        try (TestDatabase database = new TestDatabase(file)) {
            database.addUser("alice");
        }
        try (PgBouncer pooler = new PgBouncer(folder, direct, "transaction")) {
            StoreCopy.run(file, pooler.database(), (step, done, total) -> {});
            assertUntouched(pooler.database());
            DatabaseSettings back = Engine.SQLITE.newDatabase();
            StoreCopy.run(pooler.database(), back, (step, done, total) -> {});
            assertUntouched(pooler.database());
            try (TestDatabase database = new TestDatabase(back)) {
                assertThat(database.database().<Integer>read(handle -> age(handle, "alice")))
                        .isZero();
            }
        }
    }

    private static void assertUntouched(DatabaseSettings pooler) {
        Jdbi.create(() -> Engine.connect(with(pooler, "?prepareThreshold=0"))).useHandle(other -> {
            String synchronousCommit = setting(other, "synchronous_commit");
            assertThat(synchronousCommit)
                    .isEqualTo(other.createQuery("SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'")
                            .mapTo(String.class)
                            .one());
            for (String timeout : List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")) {
                assertThat(setting(other, timeout)).as(timeout).isEqualTo("0");
            }
            assertThat(setting(other, "default_transaction_isolation")).isEqualTo("read committed");
        });
    }

    private static String setting(Handle handle, String name) {
        return handle.createQuery("SELECT current_setting(:name)")
                .bind("name", name)
                .mapTo(String.class)
                .one();
    }

    @Test
    void refusesAPoolerThatKnowsNoTransactions() throws Exception {
        try (PgBouncer pooler = new PgBouncer(folder, direct, "statement")) {
            assertThatThrownBy(() -> new TestDatabase(pooler.database()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageMatching(
                            "database\\.url jdbc:postgresql://\\S+ cannot be opened: .*statement pooling.*");
        }
    }

    private static DatabaseSettings with(DatabaseSettings settings, String parameters) {
        return settings.elsewhere(settings.url() + parameters, settings.user(), settings.password());
    }
}
