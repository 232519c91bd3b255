package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.KeptPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong configuration ends the start with one line that says what is wrong, and with 1. */
final class WrongConfigurationIT {
    private static final String URL = "LATCHKEY_DATABASE_URL";
    private static final String NAMED_URL = "database.url \\(" + URL + "\\)";
    private static final String SECRET = "sesame";

    private final KeptPort nobody = new KeptPort();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        nobody.close();
    }

    @Test
    void inTheFile() throws Exception {
        Path file = JarProcess.copyConfiguration(folder);
        Files.writeString(file, Files.readString(file).replace("minThreads", "minThread"));
        expect("server.minThread is not known: did you mean minThreads\\?", Map.of());
    }

    /** One of each kind of check: of the text, of the whole, of the ports and of the store. */
    static Stream<Arguments> wrongVariables() {
        return Stream.of(
                Arguments.of(
                        "LATCHKEY_PORT",
                        "http",
                        "server.applicationConnectors\\[0\\].port \\(LATCHKEY_PORT\\) is not a number: .*"),
                Arguments.of(
                        "LATCHKEY_HOST",
                        "no.host.invalid",
                        "server.applicationConnectors\\[0\\].bindHost \\(LATCHKEY_HOST\\) is not known: no.host.invalid: .*"),
                Arguments.of(URL, "jdbc:mysql://localhost/x", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(
                        URL,
                        "jdbc:sqlite:config.yml",
                        NAMED_URL + " jdbc:sqlite:config.yml cannot be opened: .*not a database.*"),
                Arguments.of(
                        URL,
                        "jdbc:postgresql://127.0.0.1:0/x?password=" + SECRET,
                        NAMED_URL + " jdbc:postgresql://127.0.0.1:0/x cannot be opened: .*"));
    }

    @ParameterizedTest
    @MethodSource("wrongVariables")
    void inTheEnvironment(String name, String value, String line) throws Exception {
        JarProcess.copyConfiguration(folder);
        expect(line, Map.of(name, value));
    }

    static Stream<Arguments> moreWrongVariables() {
        return Stream.of(
                Arguments.of(
                        "LATCHKEY_PORT",
                        "65536",
                        "server.applicationConnectors\\[0\\].port \\(LATCHKEY_PORT\\) must be between 1 and 65535"),
                Arguments.of(
                        "LATCHKEY_LIMIT_REQUESTS_PER_USER",
                        "100",
                        "limits.requestsPerUser \\(LATCHKEY_LIMIT_REQUESTS_PER_USER\\) is wrong: '100' is neither off nor a limit such as 60/10m, .*"),
                Arguments.of(
                        "LATCHKEY_TRUSTED_PROXIES",
                        "10.0.0.0/8,proxy",
                        "http.trustedProxies \\(LATCHKEY_TRUSTED_PROXIES\\) is wrong: 'proxy' is neither an address nor a block such as 10.0.0.0/8"),
                Arguments.of(URL, "jdbc:sqlite::memory:", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(URL, "jdbc:sqlite::resource:x", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(URL, "jdbc:sqlite:file:x.db", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(URL, "jdbc:sqlite:x.db?cache=shared", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(URL, "jdbc:sqlite: x.db", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(URL, "JDBC:SQLITE:x.db", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(URL, "jdbc:sqlite:\n", NAMED_URL + " must be jdbc:sqlite:<file> or .*"),
                Arguments.of(
                        URL,
                        "jdbc:sqlite:config.yml/latchkey.db",
                        NAMED_URL + ": the file config.yml/latchkey.db cannot be created: Not a directory"),
                Arguments.of(URL, "jdbc:sqlite:.", NAMED_URL + " jdbc:sqlite:. cannot be opened: it is a folder"));
    }

    @ParameterizedTest
    @MethodSource("moreWrongVariables")
    void inTheEnvironmentOfThisProcess(String name, String value, String line) {
        expectHere(line, Map.of(name, value));
    }

    @Test
    void noFile() throws Exception {
        expect("cannot be read: there is no such file: .*", Map.of());
    }

    /** Who has it listens on {@code by}; {@code host} is what the server is to listen on. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, LATCHKEY_ADMIN_PORT, LATCHKEY_ADMIN_HOST, 127.0.0.1",
        "0.0.0.0, LATCHKEY_ADMIN_PORT, LATCHKEY_ADMIN_HOST, localhost",
        "127.0.0.1, LATCHKEY_PORT, LATCHKEY_HOST, ''",
        "127.0.0.1, LATCHKEY_PORT, LATCHKEY_HOST, 0.0.0.0",
        "0.0.0.0, LATCHKEY_PORT, LATCHKEY_HOST, 127.0.0.1",
        "0.0.0.0, LATCHKEY_PORT, LATCHKEY_HOST, ''"
    })
    void aPortThatIsTaken(String by, String variable, String hostVariable, String host) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(by))) {
            expectHere(
                    "server.*\\.port \\(" + variable + "\\) cannot be listened on: " + taken.getLocalPort()
                            + ": Address already in use: .*",
                    Map.of(variable, String.valueOf(taken.getLocalPort()), hostVariable, host));
        }
    }

    @Test
    void onePortForTwo() throws Exception {
        JarProcess.copyConfiguration(folder);
        String port = String.valueOf(nobody.number());
        expect(
                "server.adminConnectors\\[0\\].port \\(LATCHKEY_ADMIN_PORT\\) is " + port + ", which is that of .*",
                Map.of("LATCHKEY_PORT", port, "LATCHKEY_ADMIN_PORT", port));
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "LATCHKEY_HOST, LATCHKEY_PORT, 192.0.2.1, is no address of this machine",
        "LATCHKEY_ADMIN_HOST, LATCHKEY_ADMIN_PORT, no.host.invalid, is not known"
    })
    void aHostThatIsNotThisOne(String variable, String portVariable, String host, String reason) throws Exception {
        expectHere(
                "server.*\\.bindHost \\(" + variable + "\\) " + reason + ": " + host + ": .*",
                Map.of(variable, host, portVariable, String.valueOf(nobody.number())));
    }

    /** While the server waits for the store, which it only does once it has looked at its ports. */
    @Test
    void aPortThatIsTakenWhileTheServerStarts() throws Exception {
        JarProcess.copyConfiguration(folder);
        Path store = Files.createDirectory(folder.resolve("data")).resolve("latchkey.db");
        String port = String.valueOf(nobody.number());
        try (FileChannel lock = FileChannel.open(
                store.resolveSibling("latchkey.db-lock"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            lock.lock();
            try (JarProcess server = JarProcess.start(folder, Map.of("LATCHKEY_PORT", port), "server")) {
                Await.until(() -> Files.exists(store));
                try (ServerSocket taken = new ServerSocket(Integer.parseInt(port))) {
                    lock.close();
                    assertThat(server.exitCode()).as(server.output()::toString).isEqualTo(1);
                    assertThat(server.output().get(server.output().size() - 1))
                            .matches("latchkey: config.yml: server: Failed to bind to .*:" + taken.getLocalPort()
                                    + " \\(LATCHKEY_PORT\\): Address already in use");
                }
            }
        }
    }

    @Test
    void aPostgresThatIsNotThere() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + nobody.number() + "/latchkey";
        expectHere(NAMED_URL + " " + url + " cannot be opened: Connection refused.*", Map.of(URL, url));
    }

    @Test
    void aWrongPassword() throws Exception {
        DatabaseSettings database = Engine.POSTGRES.newDatabase();
        wantPasswordFrom("locked_out", database);
        expectHere(
                NAMED_URL + " " + database.url()
                        + " cannot be opened: FATAL: password authentication failed for user \"locked_out\"",
                Map.of(
                        URL,
                        database.url(),
                        "LATCHKEY_DATABASE_USER",
                        "locked_out",
                        "LATCHKEY_DATABASE_PASSWORD",
                        SECRET));
    }

    private void expect(String line, Map<String, String> variables) throws IOException, InterruptedException {
        try (JarProcess server = JarProcess.start(folder, variables, "server", "config.yml")) {
            assertThat(server.exitCode()).as(server.output()::toString).isEqualTo(1);
            assertThat(server.output())
                    .singleElement()
                    .asString()
                    .matches("latchkey: config.yml(:\\d+:\\d+)?: " + line);
            assertThat(server.output().toString()).doesNotContain(SECRET);
        }
    }

    /** In this process, with the {@code config.yml} of the project, and by default a store in the folder, which it must not make. */
    private void expectHere(String line, Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.putIfAbsent(URL, "jdbc:sqlite:" + folder.resolve("data/latchkey.db"));
        CommandRun server = CommandRun.of(environment, "server", "config.yml");
        assertThat(server.exitCode()).as(server.output()::toString).isEqualTo(1);
        assertThat(server.output()).singleElement().asString().matches("latchkey: config.yml(:\\d+:\\d+)?: " + line);
        assertThat(server.output().toString()).doesNotContain(SECRET);
        assertThat(folder).isEmptyDirectory();
    }

    /** The PostgreSQL of the tests lets everybody in; here is one whom it asks. */
    private static void wantPasswordFrom(String role, DatabaseSettings database) throws SQLException, IOException {
        try (Connection connection = Engine.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'another'");
            try (ResultSet setting = statement.executeQuery("SHOW hba_file")) {
                setting.next();
                Path rules = Path.of(setting.getString(1));
                Files.writeString(rules, "host all " + role + " all scram-sha-256\n" + Files.readString(rules));
            }
            statement.execute("SELECT pg_reload_conf()");
        }
        Await.until(() -> !letsIn(role, database));
    }

    private static boolean letsIn(String role, DatabaseSettings database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url(), role, SECRET)) {
            return connection.isValid(1);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("28P01");
            return false;
        }
    }
}
