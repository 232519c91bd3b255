package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code check} finds all mistakes at once, says where each is and what to write instead, and leaves nothing behind. */
final class CheckTest {
    private static final String SECRET = "sesame";

    private static final ServerExtension RUNNING = ServerExtension.shared(Engine.SQLITE);

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();
    private Path file;

    /**
     * A mistake.
     *
     * @param good a line of {@code config.yml}, without blanks around it
     * @param bad what stands there instead
     * @param line what is printed of it, after the place
     */
    private record Mistake(String good, String bad, String line) {}

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake(
                    "acceptorThreads: 1",
                    "aceptorThreads: 1",
                    "server.applicationConnectors[0].aceptorThreads is not known: did you mean acceptorThreads?"),
            new Mistake(
                    "selectorThreads: 1",
                    "selectorThreads: one",
                    "server.applicationConnectors[0].selectorThreads is not a number: write digits alone, such as 16"),
            new Mistake(
                    "idleTimeout: ${LATCHKEY_IDLE_TIMEOUT:-75s}",
                    "idleTimeout: 75 parsecs",
                    "server.applicationConnectors[0].idleTimeout is not a duration: write a number and a unit, such as 500ms, 30s, 10m, 12h or 30d"),
            new Mistake(
                    "maxRequestHeaderSize: 16KiB",
                    "maxRequestHeaderSize: 16 pages",
                    "server.applicationConnectors[0].maxRequestHeaderSize is not a size: write a number and a unit, such as 512KiB, 1MiB or 2GiB"),
            new Mistake(
                    "port: ${LATCHKEY_ADMIN_PORT:-8081}",
                    "port: 65536",
                    "server.adminConnectors[0].port must be between 1 and 65535"),
            new Mistake(
                    "enabled: false", "enabled: maybe", "server.gzip.enabled is not true or false: write one of these"),
            new Mistake(
                    "url: ${LATCHKEY_DATABASE_URL:-jdbc:sqlite:data/latchkey.db}",
                    "url: jdbc:mysql://localhost/latchkey",
                    "database.url must be jdbc:sqlite:<file> or jdbc:postgresql://<host>/<database>"),
            new Mistake(
                    "maxConnections: ${LATCHKEY_DATABASE_CONNECTIONS:-16}",
                    "maxConnections: 1001",
                    "database.maxConnections must be at most 1000"),
            new Mistake(
                    "issuer: ${LATCHKEY_ISSUER:-http://localhost:3000}",
                    "issuer: hello",
                    "tokens.issuer must be an address of http or https without ? and #, such as https://id.example.com"),
            new Mistake(
                    "audience: ${LATCHKEY_AUDIENCE:-latchkey}", "audience: ''", "tokens.audience must not be empty"),
            new Mistake(
                    "keyLifetime: ${LATCHKEY_KEY_LIFETIME:-30d}",
                    "keyLifetime: 1m",
                    "tokens.keyLifetime must be at least 1 hours"),
            new Mistake(
                    "idleTimeout: ${LATCHKEY_SESSION_IDLE_TIMEOUT:-30d}",
                    "idleTimeout: 400d",
                    "sessions.idleTimeout is longer than sessions.maxLifetime: write at most 365 days"),
            new Mistake(
                    "queue: ${LATCHKEY_PASSWORD_QUEUE:-64}",
                    "queue: 256",
                    "passwords.queue is 256, but server.maxThreads only 256, so that those who wait can take every thread: write less than 256"),
            new Mistake("passes: ${LATCHKEY_PASSWORD_PASSES:-2}", "passes: 1", "passwords.passes must be at least 2"),
            new Mistake(
                    "origins: ${LATCHKEY_CORS_ORIGINS:-}",
                    "origins: https://app.example.com/",
                    "cors.origins is wrong: 'https://app.example.com/' is not an origin as browsers send it, such as https://app.example.com or http://localhost:5173"),
            new Mistake(
                    "maxEntriesPerUser: ${LATCHKEY_MAX_ENTRIES_PER_USER:-1000000}",
                    "maxEntriesPerUser: [1, 2]",
                    "data.maxEntriesPerUser is not a number: write digits alone, such as 16"),
            new Mistake(
                    "requestsPerUser: ${LATCHKEY_LIMIT_REQUESTS_PER_USER:-300000/1m}",
                    "requestsPerUser: 100",
                    "limits.requestsPerUser is wrong: '100' is neither off nor a limit such as 60/10m, with a count of up to 1000000000 and a period from 1s to 1d"),
            new Mistake(
                    "trustedProxies: ${LATCHKEY_TRUSTED_PROXIES:-}",
                    "trustedProxies: proxy",
                    "http.trustedProxies is wrong: 'proxy' is neither an address nor a block such as 10.0.0.0/8"),
            new Mistake(
                    "level: ${LATCHKEY_LOG_LEVEL:-INFO}",
                    "level: LOUD",
                    "logging.level is no level: 'LOUD': write one of OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL"),
            new Mistake(
                    "discardingThreshold: 0",
                    "discardingTreshold: 0",
                    "logging.loggers.audit.appenders[0].discardingTreshold is not known: did you mean discardingThreshold?"),
            new Mistake(
                    "org.eclipse.jetty: WARN",
                    "org.eclipse.jetty: WARM",
                    "logging.loggers.org.eclipse.jetty is no level: 'WARM': write one of OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL"),
            new Mistake(
                    "org.flywaydb: ERROR",
                    "io.dropwizard: ERROR",
                    "logging.loggers.io.dropwizard is there twice, first in line @io.dropwizard: keep one of the two"));

    @BeforeEach
    void copyTheFile() throws IOException {
        file = Files.copy(Path.of("config.yml"), folder.resolve("config.yml"));
        variables.put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("data/latchkey.db"));
        variables.put("LATCHKEY_BACKUP_FOLDER", folder.resolve("data/backups").toString());
    }

    @Test
    void allMistakesOfAFileAtOnce() throws Exception {
        List<String> expected = new ArrayList<>();
        String text = Files.readString(file);
        for (Mistake mistake : MISTAKES) {
            assertThat(text).contains(mistake.good() + "\n");
            text = text.replace(mistake.good() + "\n", mistake.bad() + "\n");
        }
        Files.writeString(file, text);
        List<String> lines = text.lines().toList();
        for (Mistake mistake : MISTAKES) {
            int line = lineOf(lines, mistake.bad());
            String written = lines.get(line - 1);
            expected.add("latchkey: " + file + ":" + line + ":" + (written.indexOf(mistake.bad()) + 1) + ": "
                    + mistake.line().replace("@io.dropwizard", String.valueOf(lineOf(lines, "io.dropwizard: WARN"))));
        }
        variables.remove("LATCHKEY_DATABASE_URL");

        variables.put("LATCHKEY_ADMIN_PORT", "");
        variables.put("LATCHKEY_LIMIT_REQUESTS_PER_USER", "");

        CommandRun check = check();
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.output()).containsExactlyElementsOf(expected);
        assertThat(MISTAKES).hasSizeGreaterThan(20);
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void namesTheVariableOfAValueAndTheLineThatReadsIt() {
        variables.put("LATCHKEY_THREADS", "many");
        says(":19:3: server\\.maxThreads \\(LATCHKEY_THREADS\\) is not a number: write digits alone, such as 16");
    }

    @ParameterizedTest
    @CsvSource({
        "LATCHKEY_PROT, LATCHKEY_PORT",
        "LATCHKEY_DATABSE_URL, LATCHKEY_DATABASE_URL",
        "LATCHKEY_DATABASE_PASSWRD_FILE, LATCHKEY_DATABASE_PASSWORD_FILE",
        "LATCHKEY_TO_PASWORD, LATCHKEY_TO_PASSWORD",
        "LATCHKEY_CONFIG_FILE, LATCHKEY_CONFIG",
    })
    void asksWhetherAnotherVariableWasMeant(String name, String meant) {
        variables.put(name, "3001");
        says(": the environment variable " + name + " is set, but no setting reads it: did you mean " + meant + "\\?");
    }

    @Test
    void aVariableThatIsLikeNoOtherIsOnlyANotice() {
        variables.put("LATCHKEY_VERSION", "0.1.0");
        variables.put("LATCHKEY_SERVICE_HOST", "10.0.0.7");
        variables.put("LATCHKEY_PORT_3000_TCP_ADDR", "10.0.0.7");
        isGoodBut(": the environment variable LATCHKEY_VERSION is set, but no setting reads it");
    }

    /** The server starts all the same. */
    @Test
    void otherCommandsSayWhatIsDoubtfulAndGoOn() {
        variables.put("LATCHKEY_PROT", "3001");
        CommandRun backup = CommandRun.of(variables, "backup", file.toString());
        assertThat(backup.output())
                .containsExactly(
                        "latchkey: " + file
                                + ": the environment variable LATCHKEY_PROT is set, but no setting reads it:"
                                + " did you mean LATCHKEY_PORT?",
                        "latchkey: there is no store in " + folder.resolve("data/latchkey.db"));
    }

    /** All mistakes, and no trial: the same list as {@code check} gives. */
    @Test
    void aStartThatFailsSaysTheSame() throws Exception {
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("minThreads: 8", "minThread: 8")
                        .replace("level: ${LATCHKEY_LOG_LEVEL:-INFO}", "level: LOUD"));
        assertThat(CommandRun.of(variables, "server", file.toString()).output())
                .hasSize(2)
                .isEqualTo(check().output());
    }

    @Test
    void aSecretCanComeFromAFile() throws Exception {
        DatabaseSettings postgres = Engine.POSTGRES.newDatabase();
        variables.put("LATCHKEY_DATABASE_URL", postgres.url() + "_missing");
        variables.put("LATCHKEY_DATABASE_USER_FILE", secret("postgres\n", "rw-------"));
        variables.put("LATCHKEY_DATABASE_PASSWORD_FILE", secret(SECRET + "\n", "rw-------"));
        says(at("LATCHKEY_DATABASE_URL")
                + ": database\\.url \\(LATCHKEY_DATABASE_URL\\) names a database that is not there: .*: write another"
                + " name, or create it");
        variables.put("LATCHKEY_DATABASE_URL", postgres.url());
        isGoodBut();
    }

    private String secret(String text, String permissions) throws IOException {
        Path secret = Files.writeString(Files.createTempFile(folder, "secret", null), text);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(permissions));
        return secret.toString();
    }

    @Test
    void aSecretThatEverybodyCanReadIsANotice() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String name = secret(SECRET, "rw-r--r--");
        variables.put("LATCHKEY_DATABASE_PASSWORD_FILE", name);
        isGoodBut(at("LATCHKEY_DATABASE_PASSWORD")
                + ": database.password (LATCHKEY_DATABASE_PASSWORD_FILE) comes from a file that every user of this"
                + " machine can read, " + name + ": chmod 600 prevents it");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        isGoodBut();
    }

    @Test
    void aSecretThatCannotBeReadIsAMistake() throws Exception {
        variables.put("LATCHKEY_DATABASE_PASSWORD_FILE", folder.resolve("none").toString());
        says(at("LATCHKEY_DATABASE_PASSWORD")
                + ": the file that LATCHKEY_DATABASE_PASSWORD_FILE names cannot be read: .*/none: it does not exist");
        variables.put("LATCHKEY_DATABASE_PASSWORD_FILE", secret("\n", "rw-------"));
        says(at("LATCHKEY_DATABASE_PASSWORD") + ": the file that LATCHKEY_DATABASE_PASSWORD_FILE names is empty: .*");
        variables.put("LATCHKEY_DATABASE_PASSWORD_FILE", secret(SECRET + "\n" + SECRET, "rw-------"));
        says(
                at("LATCHKEY_DATABASE_PASSWORD")
                        + ": database\\.password \\(LATCHKEY_DATABASE_PASSWORD_FILE\\) must not hold the control character U\\+000A");
        variables.put("LATCHKEY_DATABASE_PASSWORD", SECRET);
        says(at("LATCHKEY_DATABASE_PASSWORD")
                + ": LATCHKEY_DATABASE_PASSWORD and LATCHKEY_DATABASE_PASSWORD_FILE are both set: unset one of them");
    }

    @Test
    void triesThePorts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            variables.put("LATCHKEY_ADMIN_PORT", port);
            says(":17:7: server\\.adminConnectors\\[0]\\.port \\(LATCHKEY_ADMIN_PORT\\) cannot be listened on: " + port
                    + ": .*: end what listens there, or write another one");
            taken.close();
            variables.put("LATCHKEY_PORT", port);
            says(
                    ":17:7: server\\.adminConnectors\\[0]\\.port \\(LATCHKEY_ADMIN_PORT\\) is " + port
                            + ", which is that of server\\.applicationConnectors\\[0]\\.port \\(LATCHKEY_PORT\\): write another one");
        }
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, is no address of this machine", "no.host.invalid, is not known"})
    void triesTheAddresses(String host, String why) {
        variables.put("LATCHKEY_HOST", host);
        says(":7:7: server\\.applicationConnectors\\[0]\\.bindHost \\(LATCHKEY_HOST\\) " + why + ": " + host
                + ": write .*127\\.0\\.0\\.1, or nothing for all of them");
    }

    @Test
    void aServerThatIsRunningIsNoMistake() {
        variables.put("LATCHKEY_PORT", String.valueOf(RUNNING.port()));
        variables.put("LATCHKEY_ADMIN_PORT", String.valueOf(RUNNING.admin().getPort()));
        variables.put("LATCHKEY_DATABASE_URL", RUNNING.database().url());
        String running =
                " is in use, and a Latchkey is running here: all is well if it is the one of this configuration";
        isGoodBut(
                ":6:7: server.applicationConnectors[0].port (LATCHKEY_PORT)" + running,
                ":17:7: server.adminConnectors[0].port (LATCHKEY_ADMIN_PORT)" + running);
    }

    @Test
    void triesTheFolders() throws Exception {
        String url = at("LATCHKEY_DATABASE_URL") + ": database\\.url \\(LATCHKEY_DATABASE_URL\\) ";
        variables.put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + file + "/latchkey.db");
        says(url + "needs the folder .*config\\.yml, but .*config\\.yml is a file: write another path");
        variables.put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:/proc/latchkey.db");
        says(url
                + "needs the folder /proc, but nothing can be written to /proc: .*: write another path, or let the user of"
                + " the server write there");
        variables.put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + folder);
        says(url + "names a folder, .*: write the name of a file in it");
        variables.put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + file);
        says(url + ".*cannot be opened: .*not a database.*: write the name of another file");
        variables.put("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("data/latchkey.db"));
        variables.put("LATCHKEY_BACKUP_FOLDER", file + "/backups");
        says(at("LATCHKEY_BACKUP_FOLDER")
                + ": database\\.backupFolder \\(LATCHKEY_BACKUP_FOLDER\\) needs the folder .*/backups, but .* is a file:"
                + " write another path");
    }

    @Test
    void triesTheDatabase() throws Exception {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            variables.put(
                    "LATCHKEY_DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:" + nobody.getLocalPort() + "/latchkey?password=" + SECRET);
        }
        says(at("LATCHKEY_DATABASE_URL")
                + ": database\\.url \\(LATCHKEY_DATABASE_URL\\) cannot be reached: .*: write another host and port, or"
                + " start the database");
        variables.put("LATCHKEY_DATABASE_URL", Engine.POSTGRES.newDatabase().url());
        variables.put("LATCHKEY_DATABASE_USER", "nobody");
        says(at("LATCHKEY_DATABASE_USER")
                + ": database\\.user \\(LATCHKEY_DATABASE_USER\\) is not let in, or not with this database\\.password: .*:"
                + " write another user or password, or look into pg_hba\\.conf");
    }

    @Test
    void saysWhatNeedsMail() throws Exception {
        variables.put("LATCHKEY_REQUIRE_VERIFIED_EMAIL", "true");
        says(at("LATCHKEY_REQUIRE_VERIFIED_EMAIL")
                + ": registration\\.requireVerifiedEmail \\(LATCHKEY_REQUIRE_VERIFIED_EMAIL\\) needs mail: set mail\\.mode, or"
                + " leave it false");
        variables.remove("LATCHKEY_REQUIRE_VERIFIED_EMAIL");
        variables.put("LATCHKEY_LOGIN_BY_EMAIL", "true");
        says(at("LATCHKEY_LOGIN_BY_EMAIL")
                + ": logIn\\.byEmail \\(LATCHKEY_LOGIN_BY_EMAIL\\) needs mail: set mail\\.mode, or leave it false");
    }

    @Test
    void triesTheCertificate() throws Exception {
        TestAuthority authority = new TestAuthority();
        TestAuthority.Issued issued = authority.issue("EC", 90, "accounts.example.com", "192.0.2.7");
        TestAuthority.Issued nameless = authority.issue("EC", 90);
        TestAuthority.Issued expired = authority.issue("EC", Duration.ofDays(-2), Duration.ofDays(-1), "localhost");
        Path certificate = Files.writeString(folder.resolve("fullchain.pem"), issued.chain());
        Path key = Path.of(secret(issued.pkcs8(), "rw-------"));
        String atCertificate = at("LATCHKEY_TLS_CERTIFICATE") + ": tls.certificate (LATCHKEY_TLS_CERTIFICATE) ";
        String until = ", until " + issued.certificate().getNotAfter().toInstant();

        variables.put("LATCHKEY_TLS_CERTIFICATE", certificate.toString());
        says(
                at("LATCHKEY_TLS_CERTIFICATE")
                        + ": tls\\.certificate \\(LATCHKEY_TLS_CERTIFICATE\\) and tls\\.key belong together: set both of them, or neither");
        variables.put("LATCHKEY_TLS_KEY", key.toString());
        isGoodBut(atCertificate + "is for accounts.example.com, 192.0.2.7" + until);

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        isGoodBut(
                atCertificate + "is for accounts.example.com, 192.0.2.7" + until,
                at("LATCHKEY_TLS_KEY")
                        + ": tls.key (LATCHKEY_TLS_KEY) is a file that every user of this machine can read, " + key
                        + ": chmod 600 prevents it");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));

        Files.writeString(key, nameless.pkcs8());
        says(
                at("LATCHKEY_TLS_KEY")
                        + ": tls\\.key \\(LATCHKEY_TLS_KEY\\) is not the key of the first certificate in tls\\.certificate: .*");
        assertThat(CommandRun.of(variables, "server", file.toString()).output())
                .singleElement()
                .asString()
                .contains("is not the key of the first certificate");
        assertThat(folder.resolve("data")).doesNotExist();
        Files.writeString(certificate, nameless.chain());
        assertThat(check().output())
                .anyMatch(line -> line.contains("is for no host name and no address"))
                .noneMatch(line -> line.endsWith(" is good"));
        Files.writeString(certificate, expired.chain());
        Files.writeString(key, expired.pkcs8());
        assertThat(check().output())
                .anyMatch(line -> line.contains("expired at "))
                .noneMatch(line -> line.endsWith(" is good"));
    }

    @Test
    void theFileIsGivenInOneOfThreeWays() {
        String good = file + " is good";
        assertThat(CommandRun.of(variables, "check", file.toString()).output()).containsExactly(good);
        assertThat(check().output()).containsExactly(good);
        assertThat(CommandRun.of(variables, "check", "--config", file.toString(), file.toString())
                        .output())
                .containsExactly("latchkey: " + file + ": the configuration file is given twice, as --config " + file
                        + " and as " + file + ": leave one of them out");
        variables.put("LATCHKEY_CONFIG", file.toString());
        assertThat(CommandRun.of(variables, "check").output()).containsExactly(good);
        variables.put("LATCHKEY_CONFIG", "none.yml");
        assertThat(check().output()).containsExactly(good);
        assertThat(CommandRun.of(variables, "user", "show", "fox").output())
                .containsExactly("latchkey: none.yml: cannot be read: there is no such file: name one with --config or"
                        + " LATCHKEY_CONFIG");
    }

    @Test
    void eachCommandIsDescribedWhereAllAreListed() {
        String help = String.join("\n", CommandRun.of(Map.of(), "--help").output());
        for (String command : List.of("server", "check", "backup", "restore", "copy-store", "user", "rotate-keys")) {
            assertThat(help).containsPattern("(?m)^ +" + command + "\\s+[A-Z][a-z]+ ");
        }
    }

    private static int lineOf(List<String> lines, String text) {
        return 1 + lines.stream().map(String::strip).toList().indexOf(text);
    }

    /** The place of a setting in the file, by its variable. */
    private String at(String variable) {
        try {
            List<String> lines = Files.readAllLines(file);
            String setting = lines.stream()
                    .filter(line -> line.contains("${" + variable + ":-"))
                    .findFirst()
                    .orElseThrow();
            return ":" + (lines.indexOf(setting) + 1) + ":"
                    + (setting.length() - setting.stripLeading().length() + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line; {@code line} is all of it after the file. */
    private void says(String line) {
        CommandRun check = check();
        assertThat(check.output())
                .singleElement()
                .asString()
                .matches("latchkey: " + Pattern.quote(file.toString()) + line);
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.output().toString()).doesNotContain(SECRET);
    }

    /** Nothing that is wrong, but these lines. */
    private void isGoodBut(String... lines) {
        List<String> expected = new ArrayList<>();
        for (String line : lines) {
            expected.add("latchkey: " + file + line);
        }
        expected.add(file + " is good");
        CommandRun check = check();
        assertThat(check.output()).containsExactlyElementsOf(expected);
        assertThat(check.exitCode()).isZero();
    }

    private CommandRun check() {
        CommandRun all = CommandRun.of(variables, "check", "--config", file.toString());
        // What the servers of the tests log is not printed by the command.
        return new CommandRun(
                all.exitCode(),
                all.output().stream()
                        .filter(line -> line.startsWith("latchkey: ") || line.endsWith(" is good"))
                        .toList());
    }
}
