package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The jar where the locale is not the one of whoever wrote it: with a charset that lacks letters, or with digits of its own. */
@Timeout(300)
final class LocaleIT {
    private static final Map<String, String> POSIX = Map.of("LC_ALL", "C");
    private static final Map<String, String> UTF_8 = Map.of("LC_ALL", "C.UTF-8");
    private static final String ADVICE =
            "cannot be read as %s, which the locale asks for: set one with UTF-8, such as LC_ALL=C.UTF-8";

    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws Exception {
        JarProcess.copyConfiguration(folder);
    }

    /** The last argument is in octal, for the tests may be run in such a locale themselves. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user create zoe --full-name Z --gender x --email | zo\\303\\253@example.com
            user create zoe --email z@example.com --gender x --full-name | \\346\\235\\216
            user create zoe --email z@example.com --full-name Z --gender | \\331\\203
            user create --email z@example.com --full-name Z --gender x | \\360\\237\\224\\221
            user show | Zo\\303\\253
            user delete --yes | \\320\\266\\321\\203\\320\\272
            user set-password zoe --password-file | pa\\303\\237
            server | w\\303\\266rter.yml
            check | \\342\\202\\254.yml
            backup --to | s\\303\\244kerhet.db
            restore | \\320\\261.db
            copy-store --to | jdbc:sqlite:caf\\303\\251.db
            rotate-keys | \\355\\202\\244.yml
            """)
    void refusesAnArgumentThatItCannotRead(String command, String octal) throws Exception {
        List<String> wrapper = List.of("sh", "-c", "exec \"$@\" \"$(printf '" + octal + "')\"", "sh");
        String[] arguments = command.split(" ");

        String argument = "argument " + (arguments.length + 1) + " ";
        expect(argument + ADVICE.formatted("US-ASCII"), POSIX, wrapper, arguments);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zo\\353", "\\377", "a\\300\\257", "\\355\\240\\200", "\\357\\277\\275"})
    void refusesAnArgumentThatIsNotUtf8WhereThatIsAskedFor(String octal) throws Exception {
        List<String> wrapper = List.of("sh", "-c", "exec \"$@\" \"$(printf '" + octal + "')\"", "sh");
        expect("argument 3 " + ADVICE.formatted("UTF-8"), UTF_8, wrapper, "user", "show");
    }

    @Test
    void refusesAVariableThatItCannotRead() throws Exception {
        List<String> wrapper = List.of(
                "sh", "-c", "export LATCHKEY_DATABASE_URL=\"$(printf 'jdbc:sqlite:\\303\\266')\"; exec \"$@\"", "sh");
        expect(
                "config.yml: the environment variable LATCHKEY_DATABASE_URL " + ADVICE.formatted("US-ASCII"),
                POSIX,
                wrapper,
                "check");
    }

    /** U+FFFD is what Java makes of what it cannot read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LATCHKEY_ISSUER",
                "LATCHKEY_AUDIENCE",
                "LATCHKEY_DATABASE_PASSWORD",
                "LATCHKEY_BACKUP_FOLDER",
                "LATCHKEY_CORS_ORIGINS"
            })
    void soItDoesWithOthers(String variable) {
        CommandRun check = CommandRun.of(Map.of(variable, "jdbc:sqlite:\uFFFD\uFFFD"), "check");
        assertThat(check.exitCode()).as(check.output()::toString).isEqualTo(1);
        assertThat(CommandRun.withoutPlaces(check.output()))
                .containsExactly("latchkey: config.yml: the environment variable " + variable + " "
                        + ADVICE.formatted(Charset.forName(System.getProperty("sun.jnu.encoding"))));
    }

    @Test
    void refusesAPasswordInAVariableThatItCannotRead() throws Exception {
        List<String> wrapper =
                List.of("sh", "-c", "export LATCHKEY_TO_PASSWORD=\"$(printf 'pa\\303\\237')\"; exec \"$@\"", "sh");
        expect(
                "the environment variable LATCHKEY_TO_PASSWORD " + ADVICE.formatted("US-ASCII"),
                POSIX,
                wrapper,
                "copy-store",
                "--to",
                "jdbc:sqlite:other.db");
    }

    @Test
    void refusesAFolderWhoseNameItCannotRead() throws Exception {
        List<String> wrapper =
                List.of("sh", "-c", "f=\"$(printf 'zo\\303\\253')\"; mkdir \"$f\"; cd \"$f\" && exec \"$@\"", "sh");
        expect("the name of this folder " + ADVICE.formatted("US-ASCII"), POSIX, wrapper, "check");
    }

    @ParameterizedTest
    @CsvSource({
        "'url: .*', 'url: jdbc:sqlite:däta/latchkey.db', check",
        "'url: .*', 'url: jdbc:sqlite:데이터.db', server",
        "'url: .*', 'url: jdbc:sqlite:/tmp/naïve/latchkey.db', user end-all-sessions",
        "'backupFolder: .*', 'backupFolder: säkerhet', backup",
        "'backupFolder: .*', 'backupFolder: копии', restore backup.db"
    })
    void refusesASettingThatNamesAFileInOtherLetters(String setting, String value, String command) throws Exception {
        Path file = folder.resolve("config.yml");
        Files.writeString(file, Files.readString(file).replaceFirst(setting, value));
        expect(
                "config.yml: database.url or database.backupFolder names a file that the charset of this locale cannot encode: set one"
                        + " with UTF-8, such as LC_ALL=C.UTF-8",
                POSIX,
                List.of(),
                command.split(" "));
    }

    private void expect(String line, Map<String, String> variables, List<String> wrapper, String... arguments)
            throws Exception {
        try (JarProcess command = JarProcess.start(folder, variables, wrapper, arguments)) {
            assertThat(command.exitCode()).as(command.output()::toString).isEqualTo(1);
            assertThat(CommandRun.withoutPlaces(command.output())).containsExactly("latchkey: " + line);
        }
    }

    /** Some of these write numbers in digits of their own, some have other letters in upper case. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "tr-TR"})
    void aLogInLeavesTheHashAsItWas(String locale) throws Exception {
        String[] parts = locale.split("-");
        List<String> options = new ArrayList<>(List.of("-Duser.language=" + parts[0], "-Duser.country=" + parts[1]));
        try (JarProcess server = JarProcess.start(folder, Map.of(), List.of(), options, "server")) {
            Api api = server.api();
            logInThreeTimes(api);
            hasThreeLogIns(server.output());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fa-IR", "mr-IN", "my-MM", "ne-NP"})
    void soItDoesInThisProcess(String locale) throws Exception {
        Locale ours = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(locale));
        Map<String, String> variables =
                Map.of("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("data/latchkey.db"));
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger audit = (Logger) LoggerFactory.getLogger("audit");
        try (ServerHere server = ServerHere.start(variables)) {
            lines.start();
            audit.addAppender(lines);
            logInThreeTimes(server.api());
            hasThreeLogIns(
                    lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
        } finally {
            audit.detachAppender(lines);
            Locale.setDefault(ours);
        }
    }

    private void logInThreeTimes(Api api) throws SQLException {
        assertThat(api.register("IRIS").status()).isEqualTo(201);
        String hash = hash();
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");

        for (String name : List.of("iris", "IRIS", "Iris")) {
            assertThat(api.logIn(name, Api.PASSWORD).status()).isEqualTo(200);
        }

        assertThat(hash()).isEqualTo(hash);
    }

    private static void hasThreeLogIns(List<String> output) {
        assertThat(output.stream().filter(line -> line.contains("\"login_succeeded\"")))
                .hasSize(3)
                .allMatch(line -> line.matches("\\{\"time\":\"20[0-9]{2}-[0-9-]{5}T[0-9:.]{12}Z\".*"));
    }

    private String hash() throws SQLException {
        String file = "jdbc:sqlite:" + folder.resolve("data/latchkey.db").toAbsolutePath();
        try (Connection connection = Engine.connect(DatabaseSettings.defaults().elsewhere(file, null, null));
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT password_hash FROM users")) {
            return found.getString(1);
        }
    }
}
