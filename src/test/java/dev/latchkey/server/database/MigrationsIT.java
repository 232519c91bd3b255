package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.Lists;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.PgBouncer;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class MigrationsIT {
    private static final int ROUNDS = ProofSize.of(3, 10);
    private static final String UP = "up";

    // Each is as good for the next test: they keep nothing between two stores.
    private static Other one;
    private static Other other;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startProcesses() throws IOException {
        one = Other.start();
        other = Other.start();
    }

    @AfterAll
    static void endProcesses() {
        one.process().destroyForcibly();
        other.process().destroyForcibly();
    }

    /** A process that opens each store that it reads the URL of, and says what became of that; several at the same time. */
    public static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) throws IOException {
            PrintStream answers = System.out;
            // What is logged is of no interest, as long as there is a reason.
            System.setOut(System.err);
            ExecutorService threads = Executors.newCachedThreadPool();
            BufferedReader urls = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String url = urls.readLine(); url != null; url = urls.readLine()) {
                DatabaseSettings settings = new DatabaseSettings(url, arguments[0], null, 1, 0, null, null);
                threads.execute(() -> answers.println(outcome(settings)));
            }
            threads.shutdown();
        }

        private static String outcome(DatabaseSettings settings) {
            try (TestDatabase database = new TestDatabase(settings)) {
                database.database().write(handle -> handle.execute("UPDATE users SET age = 1"));
                return UP;
            } catch (Exception e) {
                return e.toString().lines().findFirst().orElseThrow();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void ofTwoThatStartAtTheSameMomentOneMigratesAndTheOtherWaits(Engine engine) throws Exception {
        startTwo(engine, settings -> settings);
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theSameBehindAPooler() throws Exception {
        try (PgBouncer pooler = new PgBouncer(folder, Engine.POSTGRES.newDatabase(), "transaction")) {
            startTwo(Engine.POSTGRES, pooler::through);
        }
    }

    private static void startTwo(Engine engine, UnaryOperator<DatabaseSettings> way) throws Exception {
        List<String> outcomes = new ArrayList<>();
        List<DatabaseSettings> stores = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            stores.addAll(stores(engine, round));
        }
        // On PostgreSQL side by side, since whoever has to wait there does that for a second at a time.
        for (List<DatabaseSettings> some : Lists.partition(stores, engine == Engine.SQLITE ? 1 : stores.size())) {
            String lines = String.join(
                    "\n", some.stream().map(store -> way.apply(store).url()).toList());
            one.open(lines);
            other.open(lines);
            for (int i = 0; i < some.size(); i++) {
                outcomes.add(one.outcome());
                outcomes.add(other.outcome());
            }
        }
        for (DatabaseSettings store : stores) {
            Databases.requireStore(store);
        }
        assertThat(outcomes).hasSize(ROUNDS * 3 * 2).containsOnly(UP);
    }

    /** An empty, an old and a current one. */
    private static List<DatabaseSettings> stores(Engine engine, int round) throws Exception {
        DatabaseSettings old = engine.newDatabase();
        OldStore.make(old, 1 + round % 3);
        OldStore.addUser(old, "alice", "x@münchen.de", "x@münchen.de");
        OldStore.addUser(old, "bob", "x@xn--mnchen-3ya.de", "x@xn--mnchen-3ya.de");

        return List.of(engine.newDatabase(), old, engine.newStore());
    }

    /** A process with a {@link Starter}. */
    private record Other(Process process, PrintStream urls, BufferedReader outcomes) {
        static Other start() throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Starter.class.getName(),
                            "postgres")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            PrintStream urls = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            return new Other(process, urls, process.inputReader());
        }

        void open(String lines) {
            urls.println(lines);
        }

        String outcome() throws IOException {
            return outcomes.readLine();
        }
    }

    /** As an older server does that still runs on the store. */
    @Test
    void waitsForWhoeverWritesToTheFile() throws Exception {
        DatabaseSettings settings = Engine.SQLITE.newDatabase();
        OldStore.make(settings, 1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Connection older = Engine.connect(settings);
                Statement statement = older.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA synchronous = OFF");
            Future<String> started = threads.submit(() -> Starter.outcome(settings));
            int writes = 0;
            while (!started.isDone()) {
                statement.execute("BEGIN IMMEDIATE");
                statement.execute("INSERT INTO signing_keys VALUES (" + ++writes + ", '{}', 0"
                        + (hasColumn(statement) ? ", 0)" : ")"));
                statement.execute("COMMIT");
                // SQLite has no queue: whoever takes the lock again at once keeps everybody else from it.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertThat(started.get()).isEqualTo(UP);
        }
        threads.shutdown();
    }

    private static boolean hasColumn(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery(
                "SELECT count(*) FROM pragma_table_info('signing_keys') WHERE name = 'signs_from'")) {
            return rows.getInt(1) == 1;
        }
    }

    @Test
    void whatRootDoesKeepsNoServerOfAnotherUserFromItsStore() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        DatabaseSettings settings = Engine.SQLITE.newDatabase();
        OldStore.make(settings, 2);
        Path store = settings.file();
        Files.setOwner(
                store, store.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        new TestDatabase(settings).close();
        assertThat(Files.getOwner(store.resolveSibling(store.getFileName() + "-lock")))
                .isEqualTo(Files.getOwner(store));
    }

    /** Flyway by itself goes on with what is newer than it knows, as if that were nothing. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void theStoreOfANewerLatchkeyIsRefused(Engine engine) throws Exception {
        DatabaseSettings settings = engine.newStore();
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql', 1,"
                    + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
                    + " WHERE version = '1'");
        }
        assertThatThrownBy(() -> new TestDatabase(settings))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("database.url " + settings.address()
                        + " was made by a newer Latchkey: it is at version 99, and this Latchkey knows none after 7;"
                        + " start the Latchkey that made it, or restore a backup");
        assertThatThrownBy(() -> Databases.requireStore(settings))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith(settings.address() + " was made by a newer Latchkey: it is at version 99");
    }

    @ParameterizedTest
    @CsvSource({
        "SQLITE, UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2',"
                + " migration 2 (sessions and key rotation) differs from the one here",
        "POSTGRES, UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2',"
                + " migration 2 (sessions and key rotation) differs from the one here",
        "SQLITE, UPDATE flyway_schema_history SET description = 'other' WHERE version = '1',"
                + " migration 1 (other) differs from the one here",
        "POSTGRES, UPDATE flyway_schema_history SET success = false WHERE version = '3',"
                + " migration 3 (login addresses) failed half way",
        "SQLITE, UPDATE flyway_schema_history SET success = 0 WHERE version = '3',"
                + " migration 3 (login addresses) failed half way",
        "SQLITE, UPDATE flyway_schema_history SET version = '2.5' WHERE version = '2',"
                + " 'migration 2.5 (sessions and key rotation) is unknown here,"
                + " migration 2 (sessions and key rotation) is missing there'",
        "POSTGRES, UPDATE flyway_schema_history SET version = '2.5' WHERE version = '2',"
                + " 'migration 2.5 (sessions and key rotation) is unknown here,"
                + " migration 2 (sessions and key rotation) is missing there'"
    })
    void whatIsNotAsItShouldBeIsNamed(Engine engine, String change, String found) throws Exception {
        DatabaseSettings settings = engine.newStore();
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(change);
        }
        assertThatThrownBy(() -> new TestDatabase(settings))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("database.url " + settings.address()
                        + " was made by another Latchkey, or changed by other means: " + found
                        + "; start the Latchkey that made it, or restore a backup");
    }
}
