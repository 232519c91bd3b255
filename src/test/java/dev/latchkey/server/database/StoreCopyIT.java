package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class StoreCopyIT {
    private static final StoreCopy.Progress SILENT = (step, done, total) -> {};

    private static final List<String> TABLES = List.of(
            "users",
            "entries",
            "signing_keys",
            "login_addresses",
            "sessions",
            "refresh_rotations",
            "ended_sessions",
            "counters",
            "user_data",
            "tombstones",
            "idempotency_keys",
            "registrations",
            "mails",
            "email_codes",
            "code_attempts");

    /** U+FFFF comes before U+10000 by bytes, and after it by UTF-16. */
    private static final List<String> KEYS = List.of(
            "",
            " ",
            "a",
            "B",
            "%",
            "_",
            "/",
            "a/b%2F",
            "'",
            "\"",
            "\\",
            "\\N",
            "\t\n\r",
            "\u0001",
            "\u007f",
            "é",
            "e\u0301",
            "\uFFFF",
            "\uD800\uDC00",
            "\uDBFF\uDFFF",
            "😀",
            "日本語",
            "مرحبا",
            "NULL",
            "k".repeat(512));

    static Stream<Arguments> directions() {
        return Arrays.stream(Engine.values())
                .flatMap(from -> Arrays.stream(Engine.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("directions")
    void everythingArrivesAsItWasAndComesBack(Engine from, Engine to) throws Exception {
        DatabaseSettings source = from.newStore();
        DatabaseSettings target = to.newDatabase();
        DatabaseSettings back = from.newDatabase();
        fill(source);
        try (TestDatabase store = new TestDatabase(source)) {
            addEntry(store, "alice", "large", "€".repeat((1 << 20) / 3));
            addEntry(store, "alice", "every character", everyCharacter());
        }

        List<StoreCopy.CopiedTable> there = StoreCopy.run(source, target, SILENT);
        List<StoreCopy.CopiedTable> andBack = StoreCopy.run(target, back, SILENT);

        assertThat(rows(target)).isEqualTo(rows(source));
        assertThat(rows(back)).isEqualTo(rows(source));
        assertThat(there)
                .isEqualTo(andBack)
                .extracting(StoreCopy.CopiedTable::name)
                .containsExactlyInAnyOrderElementsOf(TABLES);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aTableThatComesLaterIsCopiedToo(Engine engine) throws Exception {
        Engine other = engine == Engine.SQLITE ? Engine.POSTGRES : Engine.SQLITE;
        DatabaseSettings source = engine.newStore();
        DatabaseSettings target = other.newStore();
        fill(source);
        // By name it comes before what it refers to.
        for (DatabaseSettings settings : List.of(source, target)) {
            String types = settings.isSqlite() ? "flag BOOLEAN, bytes BLOB, " : "flag BOOLEAN, bytes BYTEA, ";
            execute(
                    settings,
                    "CREATE TABLE attachments (number SMALLINT NOT NULL, user_id TEXT NOT NULL, key TEXT, " + types
                            + "PRIMARY KEY (user_id, number), FOREIGN KEY (user_id, key) REFERENCES entries (user_id, key))");
        }
        byte[] everyByte = new byte[256];
        IntStream.range(0, 256).forEach(i -> everyByte[i] = (byte) i);
        try (Connection connection = Engine.connect(source);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO attachments (number, user_id, key, flag, bytes) VALUES (?, 'alice', ?, ?, ?)")) {
            attach(insert, -1, "", true, everyByte);
            attach(insert, Short.MAX_VALUE, "a", false, new byte[0]);
            attach(insert, 0, null, null, null);
        }

        StoreCopy.run(source, target, SILENT);

        try (Connection connection = Engine.connect(target);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT number, key, flag, bytes FROM attachments ORDER BY user_id, number")) {
            List<String> found = new ArrayList<>();
            while (result.next()) {
                boolean flag = result.getBoolean("flag");
                String flagOrNull = result.wasNull() ? null : String.valueOf(flag);
                byte[] bytes = result.getBytes("bytes");
                found.add(result.getInt("number") + " " + result.getString("key") + " " + flagOrNull + " "
                        + (bytes == null ? null : HexFormat.of().formatHex(bytes)));
            }
            assertThat(found)
                    .containsExactly(
                            "-1  true " + HexFormat.of().formatHex(everyByte), "0 null null null", "32767 a false ");
        }
    }

    private static void attach(PreparedStatement insert, int number, String key, Boolean flag, byte[] bytes)
            throws SQLException {
        insert.setInt(1, number);
        insert.setString(2, key);
        insert.setObject(3, flag);
        insert.setBytes(4, bytes);
        insert.executeUpdate();
    }

    @ParameterizedTest
    @MethodSource("directions")
    void aTargetThatIsNotEmptyIsLeftAlone(Engine from, Engine to) throws Exception {
        DatabaseSettings source = from.newStore();
        fill(source);
        DatabaseSettings target = to.newStore();
        execute(target, "INSERT INTO signing_keys (generation, private_jwk, created_at) VALUES (1, '{}', 0)");

        assertThatThrownBy(() -> StoreCopy.run(source, target, SILENT))
                .isInstanceOf(DatabaseException.class)
                .hasMessage(target.address() + " is not empty: it has signing_keys");
        assertThat(rows(target)).containsEntry("users", List.of()).containsEntry("signing_keys", List.of("0|1|{}|0"));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void itselfIsNoTarget(Engine engine) throws Exception {
        DatabaseSettings source = engine.newStore();
        fill(source);
        assertThatThrownBy(() -> StoreCopy.run(source, source, SILENT)).hasMessageContaining("is not empty");

        DatabaseSettings empty = impatient(engine.newStore());
        assertThatThrownBy(() -> StoreCopy.run(empty, empty, SILENT)).isInstanceOf(DatabaseException.class);
    }

    @ParameterizedTest
    @MethodSource("directions")
    void nothingIsThereAfterAnInterruption(Engine from, Engine to) throws Exception {
        DatabaseSettings source = from.newStore();
        fill(source);
        DatabaseSettings target = to.newDatabase();

        for (String step : List.of("copying entries", "checking entries")) {
            assertThatThrownBy(() -> StoreCopy.run(source, target, (current, done, total) -> {
                        if (current.equals(step)) {
                            throw new IllegalStateException("interrupted");
                        }
                    }))
                    .hasMessage("interrupted");
            assertThat(rows(target).values()).allMatch(List::isEmpty);
        }

        StoreCopy.run(source, target, SILENT);
        assertThat(rows(target)).isEqualTo(rows(source));
    }

    @Test
    void whatSqliteChangesIsNoticed() throws Exception {
        expectDifference(
                Engine.SQLITE,
                "CREATE TRIGGER spoil AFTER INSERT ON entries WHEN NEW.key = 'a' BEGIN"
                        + " UPDATE entries SET value = 'spoilt' WHERE user_id = NEW.user_id AND key = NEW.key; END",
                "entries");
    }

    @Test
    void whatPostgresChangesIsNoticed() throws Exception {
        expectDifference(
                Engine.POSTGRES,
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF NEW.key = 'a' THEN RETURN NULL; END IF; RETURN NEW; END $$;"
                        + " CREATE TRIGGER spoil BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION spoil()",
                "entries");
    }

    @Test
    void whatChangesInAnEarlierTableIsNoticed() throws Exception {
        expectDifference(
                Engine.SQLITE,
                "CREATE TRIGGER spoil AFTER INSERT ON entries BEGIN UPDATE users SET age = 31 WHERE id = NEW.user_id; END",
                "users");
    }

    private static void expectDifference(Engine to, String trigger, String table) throws Exception {
        DatabaseSettings source = Engine.SQLITE.newStore();
        fill(source);
        DatabaseSettings target = to.newStore();
        execute(target, trigger);

        assertThatThrownBy(() -> StoreCopy.run(source, target, SILENT))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("nothing was copied: " + table + " differs from its source");
        assertThat(rows(target).values()).allMatch(List::isEmpty);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void nobodyWritesToTheSourceMeanwhile(Engine engine) throws Exception {
        DatabaseSettings source = engine.newStore();
        fill(source);
        AtomicBoolean tried = new AtomicBoolean();
        try (TestDatabase server = new TestDatabase(impatient(source))) {
            StoreCopy.run(source, Engine.SQLITE.newDatabase(), (step, done, total) -> {
                if (!tried.getAndSet(true)) {
                    UnavailableException refused =
                            catchThrowableOfType(UnavailableException.class, () -> server.addUser("late"));
                    assertThat(refused).isNotNull();
                    int users = server.database().read(handle -> handle.createQuery("SELECT count(*) FROM users")
                            .mapTo(int.class)
                            .one());
                    assertThat(users).as("reading goes on").isEqualTo(2);
                }
            });
            assertThat(tried).isTrue();
            server.addUser("later");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatItDoesNotKnowIsNotLeftOut(Engine engine) throws Exception {
        DatabaseSettings source = engine.newStore();
        execute(source, "ALTER TABLE entries ADD COLUMN weight REAL");
        assertThatThrownBy(() -> StoreCopy.run(source, Engine.SQLITE.newDatabase(), SILENT))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("entries.weight is of type ");

        DatabaseSettings larger = engine.newStore();
        execute(larger, "CREATE TABLE another (id INTEGER NOT NULL PRIMARY KEY)");
        assertThatThrownBy(() -> StoreCopy.run(larger, Engine.POSTGRES.newDatabase(), SILENT))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("the tables differ: ");
    }

    @Test
    void whatSqliteAllowsAndPostgresDoesNotIsNotChanged() throws Exception {
        for (String statement : List.of(
                "UPDATE users SET age = 'thirty'",
                "UPDATE users SET age = 3000000000",
                "UPDATE users SET full_name = CAST(x'ff' AS TEXT)",
                "UPDATE users SET full_name = 'a' || char(0) || 'b'")) {
            DatabaseSettings source = Engine.SQLITE.newStore();
            fill(source);
            execute(source, statement);
            DatabaseSettings target = Engine.POSTGRES.newDatabase();

            assertThatThrownBy(() -> StoreCopy.run(source, target, SILENT))
                    .as(statement)
                    .isInstanceOf(DatabaseException.class);
            assertThat(rows(target).values()).allMatch(List::isEmpty);
        }
    }

    @Test
    void aCopyTakesTheTimeThatItNeeds() throws Exception {
        DatabaseSettings settings = Engine.POSTGRES.newStore();
        String name = settings.url().replaceFirst(".*/", "");
        List<String> timeouts = List.of("statement_timeout", "idle_in_transaction_session_timeout");
        for (String timeout : timeouts) {
            execute(settings, "ALTER DATABASE " + name + " SET " + timeout + " = '1min'");
        }
        try (CopyStore end = CopyStore.open(settings);
                Statement statement = end.connection().createStatement()) {
            end.begin(Table.allOf(end.connection()));
            for (String timeout : timeouts) {
                try (ResultSet setting = statement.executeQuery("SHOW " + timeout)) {
                    setting.next();
                    assertThat(setting.getString(1)).isEqualTo("0");
                }
            }
        }
    }

    @Test
    void aSourceThatIsNoStoreIsNotMadeOne() throws Exception {
        DatabaseSettings missing = Engine.SQLITE.newDatabase();
        assertThatThrownBy(() -> StoreCopy.run(missing, Engine.SQLITE.newDatabase(), SILENT))
                .hasMessage("there is no store in " + missing.file());
        assertThat(missing.file()).doesNotExist();

        DatabaseSettings foreign = Engine.POSTGRES.newDatabase();
        assertThatThrownBy(() -> StoreCopy.run(foreign, Engine.SQLITE.newDatabase(), SILENT))
                .hasMessage(foreign.address() + " is not a Latchkey store");
    }

    private static DatabaseSettings impatient(DatabaseSettings settings) {
        return new DatabaseSettings(settings.url(), settings.user(), null, 1, 0, Duration.milliseconds(100), null);
    }

    private static void fill(DatabaseSettings settings) throws Exception {
        try (TestDatabase store = new TestDatabase(settings)) {
            store.addUser("alice");
            store.addUser("böb 😀");
            store.database().write(handle -> handle.execute("UPDATE users SET age = 2147483647 WHERE id = 'alice'"));
            store.database()
                    .write(handle -> handle.execute(
                            "INSERT INTO signing_keys (generation, private_jwk, created_at) VALUES (1, '{}', "
                                    + Long.MAX_VALUE + ")"));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO sessions (user_id, id, created_at, last_used_at, expires_at, token_expires_at, address,
                                          user_agent, refresh_key, refresh_hash, generation)
                    VALUES ('alice', 's', 1, 2, 3, 4, '::1', NULL, 'key', 'hash', 5)
                    """));
            store.database()
                    .write(handle -> handle.execute("INSERT INTO refresh_rotations VALUES ('alice', 's', 4, 2)"));
            store.database().write(handle -> handle.execute("INSERT INTO ended_sessions VALUES (7, 'ended', 9)"));
            store.database().write(handle -> handle.execute("INSERT INTO counters VALUES ('ended_sessions', 7)"));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO user_data (user_id, revision, floor, entries, bytes, max_entries, max_bytes)
                    VALUES ('alice', 9223372036854775807, 2, 3, 4, NULL, 0)
                    """));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO tombstones (user_id, key, revision, deleted_at) VALUES ('alice', 'é', 5, 6)
                    """));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO idempotency_keys (user_id, key, fingerprint, outcome, created_at)
                    VALUES ('alice', 'key', 'f', '[{"revision":7}]', 8)
                    """));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO registrations (request_hash, user_id, created_at) VALUES ('hash', 'böb 😀', 9)
                    """));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO mails (id, kind, user_id, address, created_at, next_attempt_at, attempts, failed_at, failure)
                    VALUES ('m', 'password-reset', NULL, 'böb@example.com', 1, 2, 3, 4, '550 No')
                    """));
            store.database().write(handle -> handle.execute("""
                    INSERT INTO email_codes (id, user_id, purpose, email, code_hash, token_hash, created_at, expires_at)
                    VALUES ('c', 'alice', 'log-in', 'alice@example.com', 'a', 'b', 1, 2)
                    """));
            store.database()
                    .write(handle -> handle.execute("INSERT INTO code_attempts VALUES ('alice', 'log-in', 20, 3)"));
            for (String user : List.of("böb 😀", "alice")) {
                for (String key : KEYS) {
                    addEntry(store, user, key, "value of " + key);
                }
            }
            addEntry(store, "alice", "empty", "");
        }
    }

    private static void addEntry(TestDatabase store, String user, String key, String value) {
        store.database().write(handle -> handle.createUpdate("""
                INSERT INTO entries (user_id, key, value, created_at, updated_at) VALUES (:user, :key, :value, 1, -1)
                """)
                .bind("user", user)
                .bind("key", key)
                .bind("value", value)
                .execute());
    }

    private static String everyCharacter() {
        return IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Every row of every table as text, its columns by name, the rows in an order that has nothing to do with the database. */
    private static Map<String, List<String>> rows(DatabaseSettings settings) throws SQLException {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                List<String> ofTable = new ArrayList<>();
                try (ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
                    while (result.next()) {
                        Map<String, String> columns = new TreeMap<>();
                        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                            columns.put(result.getMetaData().getColumnName(i), result.getString(i));
                        }
                        ofTable.add(String.join(
                                "|",
                                columns.values().stream().map(String::valueOf).toList()));
                    }
                }
                ofTable.sort(null);
                rows.put(table, ofTable);
            }
        }
        return rows;
    }

    private static void execute(DatabaseSettings settings, String sql) throws SQLException {
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
