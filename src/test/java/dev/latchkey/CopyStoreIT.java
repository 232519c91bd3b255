package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moving a store with the command that operators have. */
final class CopyStoreIT {
    // With less, most of the time goes into garbage collection.
    private static final List<String> SMALL_HEAP = List.of("-Xmx48m");

    /** Of a MiB each. */
    private static final int MORE_THAN_THE_HEAP = ProofSize.of(64, 150);

    private static final int SOME = ProofSize.of(10, 150);

    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws IOException {
        JarProcess.copyConfiguration(folder);
    }

    @Test
    void aServerGoesOnWhereItsStoreWasCopiedTo() throws Exception {
        DatabaseSettings postgres = Engine.POSTGRES.newDatabase();
        String name = Api.newName();
        String token;
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
            Api api = server.api();
            api.register(name);
            token = api.logIn(name, Api.PASSWORD)
                    .body()
                    .at("/data/access_token")
                    .textValue();
            api.create(token, "key", "value");
            server.terminate();
            assertThat(server.exitCode()).isZero();
        }

        assertThat(run(Map.of(), toPostgres(postgres)))
                .anyMatch(line -> line.matches("signing_keys +1 rows  sha256 [0-9a-f]{64}"));

        try (JarProcess server = JarProcess.start(folder, variables(postgres), "server")) {
            Api api = server.api();
            assertThat(api.read(token, "key").body().at("/data/value").textValue())
                    .isEqualTo("value");
            assertThat(api.logIn(name, Api.PASSWORD).status()).isEqualTo(200);
            assertThat(api.register(name).outcome()).isEqualTo("409 USERNAME_EXISTS");
        }
    }

    @Test
    void aStoreLargerThanTheHeapGoesThereAndBackThoughKilledOnTheWay() throws Exception {
        DatabaseSettings source = settings("source.db");
        DatabaseSettings postgres = Engine.POSTGRES.newDatabase();
        fill(source, MORE_THAN_THE_HEAP);
        List<String> there = run(Map.of("LATCHKEY_DATABASE_URL", source.url()), toPostgres(postgres));
        assertThat(there).anyMatch(line -> line.matches("entries +" + MORE_THAN_THE_HEAP + " rows .*"));

        DatabaseSettings back = settings("back.db");
        String[] command = {"copy-store", "--to", back.url()};
        Path log = folder.resolve("back.db-wal");
        try (JarProcess copy = JarProcess.start(folder, variables(postgres), List.of(), SMALL_HEAP, command)) {
            // It comes and goes while the tables are made; then its length is 0.
            Await.until(() -> log.toFile().length() >= 20 << 20);
            copy.kill();
        }
        assertThat(entries(back)).isZero();

        List<String> andBack = run(variables(postgres), command);
        assertThat(tables(andBack)).isNotEmpty().isEqualTo(tables(there));
        assertThat(entries(back)).isEqualTo(MORE_THAN_THE_HEAP);
    }

    @Test
    void nothingIsInPostgresAfterAKill() throws Exception {
        DatabaseSettings source = settings("source.db");
        DatabaseSettings postgres = Engine.POSTGRES.newStore();
        fill(source, SOME);
        // Stops the copy at its last row until it is let go.
        try (Connection connection = Engine.connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        IF NEW.key = '%s' THEN PERFORM pg_advisory_xact_lock(1); END IF;
                        RETURN NEW;
                    END $$;
                    CREATE TRIGGER stop BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION stop();
                    SELECT pg_advisory_lock(1);
                    """.formatted(key(SOME - 1)));
            try (JarProcess copy =
                    JarProcess.start(folder, Map.of("LATCHKEY_DATABASE_URL", source.url()), toPostgres(postgres))) {
                Await.until(() -> isTrue(
                        statement,
                        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"));
                copy.kill();
            }
            statement.execute("SELECT pg_advisory_unlock(1)");
            assertThat(entries(postgres)).isZero();
        }

        run(Map.of("LATCHKEY_DATABASE_URL", source.url()), toPostgres(postgres));
        assertThat(entries(postgres)).isEqualTo(SOME);
    }

    @Test
    void itSaysInOneLineWhyNot() throws Exception {
        expect("there is no store in data/latchkey.db", "--to", "jdbc:sqlite:other.db");
        expect(
                "--to must be jdbc:sqlite:<file> or jdbc:postgresql://<host>/<database>",
                "--to",
                "jdbc:mysql://localhost/latchkey");
        for (String url : List.of(
                "jdbc:postgresql://localhost/latchkey?password=hush", "jdbc:postgresql://me:hush@localhost/latchkey")) {
            expect(
                    "--to must not contain a password, which other users of this machine could see: set LATCHKEY_TO_PASSWORD",
                    "--to",
                    url);
        }
    }

    private void expect(String line, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("copy-store"));
        command.addAll(Arrays.asList(arguments));
        try (JarProcess copy = JarProcess.start(folder, Map.of(), command.toArray(String[]::new))) {
            assertThat(copy.exitCode()).isEqualTo(1);
            assertThat(copy.output()).containsExactly("latchkey: " + line);
        }
    }

    private List<String> run(Map<String, String> variables, String... arguments) throws Exception {
        try (JarProcess copy = JarProcess.start(folder, variables, List.of(), SMALL_HEAP, arguments)) {
            assertThat(copy.exitCode()).as(copy.output()::toString).isZero();
            return copy.output();
        }
    }

    /** Without the lines on the way, of which there are as many as it takes time. */
    private static List<String> tables(List<String> output) {
        return output.stream().filter(line -> line.contains(" rows  sha256 ")).toList();
    }

    private static String[] toPostgres(DatabaseSettings postgres) {
        return new String[] {"copy-store", "--to", postgres.url(), "--to-user", postgres.user()};
    }

    private static Map<String, String> variables(DatabaseSettings settings) {
        return Map.of("LATCHKEY_DATABASE_URL", settings.url(), "LATCHKEY_DATABASE_USER", settings.user());
    }

    private DatabaseSettings settings(String file) {
        return DatabaseSettings.defaults()
                .elsewhere("jdbc:sqlite:" + folder.resolve(file).toAbsolutePath(), null, null);
    }

    private static void fill(DatabaseSettings settings, int values) throws Exception {
        try (TestDatabase store = new TestDatabase(settings)) {
            store.addUser("alice");
        }
        Random random = new Random(1);
        byte[] value = new byte[1 << 20];
        try (Connection connection = Engine.connect(settings);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO entries (user_id, key, value, created_at, updated_at) VALUES ('alice', ?, ?, 0, 0)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < values; i++) {
                random.nextBytes(value);
                for (int j = 0; j < value.length; j++) {
                    value[j] = (byte) (' ' + (value[j] & 0x3F));
                }
                insert.setString(1, key(i));
                insert.setString(2, new String(value, StandardCharsets.US_ASCII));
                insert.executeUpdate();
            }
            connection.commit();
        }
    }

    /** In the order of the bytes. */
    private static String key(int number) {
        return String.format("%03d", number);
    }

    private static int entries(DatabaseSettings settings) throws SQLException {
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM entries")) {
            count.next();
            return count.getInt(1);
        }
    }

    private static boolean isTrue(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getBoolean(1);
        }
    }
}
