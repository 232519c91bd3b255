package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mail}, and what {@code check} says of mails. */
final class MailCommandTest {
    private static final GreenMail SERVER = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    private static final DatabaseSettings DATABASE = Engine.SQLITE.newStore();

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeAll
    static void start() {
        SERVER.start();
        SERVER.setUser("latchkey", "secret");
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void settings() {
        variables.put("LATCHKEY_ISSUER", "https://accounts.example");
        variables.putAll(Map.of(
                "LATCHKEY_DATABASE_URL", DATABASE.url(),
                "LATCHKEY_PORT", "0",
                "LATCHKEY_ADMIN_PORT", "0",
                "LATCHKEY_MAIL_MODE", "smtp",
                "LATCHKEY_MAIL_HOST", "127.0.0.1",
                "LATCHKEY_MAIL_PORT", Integer.toString(SERVER.getSmtp().getPort()),
                "LATCHKEY_MAIL_TLS", "none",
                "LATCHKEY_MAIL_USER", "latchkey",
                "LATCHKEY_MAIL_PASSWORD", "secret",
                "LATCHKEY_MAIL_FROM", "no-reply@app.example"));
    }

    private CommandRun run(String... arguments) {
        CommandRun run = CommandRun.of(variables, arguments);
        // Without what the libraries log in this JVM.
        return new CommandRun(
                run.exitCode(),
                run.output().stream()
                        .filter(line -> !line.matches("INFO .*|\\S+ INFO .*"))
                        .toList());
    }

    @Test
    void sendsATest() throws Exception {
        CommandRun sent = run("mail", "test", "alice@example.com");

        assertThat(sent.output()).containsExactly("sent to alice@example.com; the mail server says: 250 OK");
        assertThat(SERVER.getReceivedMessagesForDomain("example.com")).hasSize(1);

        variables.put("LATCHKEY_MAIL_PASSWORD", "other");
        assertThat(run("mail", "test", "alice@example.com")).satisfies(refused -> {
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output())
                    .singleElement()
                    .asString()
                    .contains("refuses the log-in")
                    .doesNotContain("other");
        });
        variables.put("LATCHKEY_MAIL_MODE", "off");
        assertThat(run("mail", "test", "alice@example.com").output())
                .containsExactly(
                        "latchkey: mail.mode (LATCHKEY_MAIL_MODE) is off: set it to smtp, or to log to have mails printed");
    }

    @Test
    void listsAndRetries() throws Exception {
        try (Connection connection = Engine.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO mails (id, kind, address, created_at, next_attempt_at, attempts, failed_at, failure) VALUES
                    ('m1', 'password-reset', 'alice@example.com', 0, 0, 3, 60000, '550 No'),
                    ('m2', 'test', 'bob@example.com', 0, 0, 1, 120000, '554 No'),
                    ('m3', 'test', 'carol@example.com', 0, 0, 0, NULL, NULL)
                    """);
        }
        assertThat(run("mail", "list", "--failed").output())
                .hasSize(4)
                .anyMatch(
                        line -> line.matches("m1 +password-reset +1970-01-01T00:01:00Z +3  alice@example.com +550 No"))
                .endsWith("2 mails could not be sent");
        assertThat(run("mail", "retry", "m1").output()).containsExactly("mails to be sent again: 1");
        assertThat(run("mail", "retry", "m1").output())
                .containsExactly(
                        "latchkey: there is no mail m1 that could not be sent; those before it in the line are sent again");
        assertThat(run("mail", "retry").output()).containsExactly("latchkey: name the mails, or else --all-failed");
        assertThat(run("mail", "retry", "m2", "--all-failed").exitCode()).isEqualTo(1);
        assertThat(run("mail", "retry", "--all-failed").output()).containsExactly("mails to be sent again: 1");
        assertThat(run("mail", "list", "--failed").output()).containsExactly("0 mails could not be sent");
        assertThat(run("mail", "list").output()).hasSize(5).endsWith("3 mails to be sent");
    }

    private List<String> check() throws Exception {
        Path file = folder.resolve("config.yml");
        Files.copy(Path.of("config.yml"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return run("check", file.toString()).output().stream()
                .map(line -> line.replaceFirst("^.*config\\.yml(:\\d+:\\d+)?:? ", ""))
                .toList();
    }

    @Test
    void checkTriesTheMailServer() throws Exception {
        assertThat(check()).containsExactly("is good");

        variables.put("LATCHKEY_MAIL_PASSWORD", "other");
        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("mail.user (LATCHKEY_MAIL_USER) does not work: the mail server refuses the log-in: ");
        variables.put("LATCHKEY_MAIL_TLS", "starttls");
        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("mail.tls (LATCHKEY_MAIL_TLS) does not work: ")
                .endsWith("does not offer STARTTLS");
        variables.put("LATCHKEY_MAIL_HOST", "no.host.invalid");
        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("mail.host (LATCHKEY_MAIL_HOST) does not work: the mail server no.host.invalid:");
        variables.put("LATCHKEY_MAIL_TLS", "none");
        assertThat(check())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("mail.tls (LATCHKEY_MAIL_TLS) is none, so that mail.password goes"));
    }

    @Test
    void checkAndStartReadTheTexts() throws Exception {
        Path text = Files.writeString(folder.resolve("test.en.md"), "Subject: Hi\n\n{nobody}\n");
        variables.put("LATCHKEY_MAIL_TEMPLATES", folder.toString());
        String wrong = "mail.templates (LATCHKEY_MAIL_TEMPLATES) has a text that is wrong: " + text
                + ":3: {nobody} is unknown here: write one of {app}";

        assertThat(check()).containsExactly(wrong);
        CommandRun start = run("server", folder.resolve("config.yml").toString());
        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.output()).singleElement().asString().endsWith(wrong);
    }

    @Test
    void checkSaysWhichSettingsDoNotGoTogether() throws Exception {
        variables.remove("LATCHKEY_MAIL_FROM");
        variables.remove("LATCHKEY_MAIL_PASSWORD");
        variables.put("LATCHKEY_MAIL_VERIFY_URL", "https://app.example/verify#token");
        variables.put("LATCHKEY_MAIL_RESET_URL", "https://münchen.example/reset");
        variables.put("LATCHKEY_MAIL_LOGIN_URL", "/log-in");
        variables.put("LATCHKEY_MAIL_LOCALE", "Deutsch!");
        variables.put("LATCHKEY_MAIL_APP_NAME", "A\u202EB");

        String url =
                " must be an address of http or https, in ASCII and without #, such as https://www.example.com/verify";
        assertThat(check())
                .anyMatch(line -> line.contains("smtp needs mail.host and mail.from"))
                .anyMatch(line -> line.contains("and mail.password belong together"))
                .contains(
                        "mail.verifyUrl (LATCHKEY_MAIL_VERIFY_URL)" + url,
                        "mail.resetUrl (LATCHKEY_MAIL_RESET_URL)" + url,
                        "mail.logInUrl (LATCHKEY_MAIL_LOGIN_URL)" + url)
                .contains("mail.locale (LATCHKEY_MAIL_LOCALE) must be the tag of a language, such as en or de-AT")
                .anyMatch(line -> line.startsWith("mail.appName (LATCHKEY_MAIL_APP_NAME) must"));
    }

    /** Pages that no mail could have a link to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/verify?for={user}",
                "https://app.example/a|b",
                "https://app.example\\verify",
                "https://app.example/`",
                "https://app.example/^",
                "https://app.example/prüfen"
            })
    void checkRefusesPagesThatNoLinkLeadsTo(String page) throws Exception {
        variables.put("LATCHKEY_MAIL_VERIFY_URL", page);
        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("mail.verifyUrl (LATCHKEY_MAIL_VERIFY_URL) must be an address of http or https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no\u200Breply@app.example", "no-reply@app\u00AD.example", "no\u00A0reply@app.example"})
    void checkRefusesASenderWithWhatNobodySees(String from) throws Exception {
        variables.put("LATCHKEY_MAIL_FROM", from);
        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("mail.from (LATCHKEY_MAIL_FROM) must be an e-mail address");
    }

    @Test
    void checkAndStartRefuseAnIssuerThatNoLinkLeadsTo() throws Exception {
        variables.put("LATCHKEY_ISSUER", "https://münchen.example");
        String wrong = "tokens.issuer (LATCHKEY_ISSUER) is https://münchen.example, which cannot be a link in mails";
        assertThat(check()).singleElement().asString().startsWith(wrong);
        CommandRun start = run("server", folder.resolve("config.yml").toString());
        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.output()).singleElement().asString().contains(wrong);

        variables.put("LATCHKEY_MAIL_VERIFY_URL", "https://app.example/verify?a=%C3%BC&b=1");
        variables.put("LATCHKEY_MAIL_RESET_URL", "https://app.example/reset");
        assertThat(check()).containsExactly("is good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost.example", "https://127.example", "https://a.example/://localhost"})
    void checkTakesAnIssuerThatOnlyLooksLikeThisMachine(String issuer) throws Exception {
        variables.put("LATCHKEY_ISSUER", issuer);
        assertThat(check()).containsExactly("is good");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:3000", "http://LOCALHOST/a", "http://127.0.0.1:3000", "https://[::1]:3000"})
    void checkSaysWhereLinksWouldLead(String issuer) throws Exception {
        variables.put("LATCHKEY_ISSUER", issuer);
        assertThat(check())
                .containsExactly(
                        "tokens.issuer (LATCHKEY_ISSUER) is " + issuer + ", so that links in mails lead to the machine"
                                + " of who reads them: write the address of this server");
        variables.put("LATCHKEY_MAIL_VERIFY_URL", "https://app.example/verify");
        variables.put("LATCHKEY_MAIL_RESET_URL", "https://app.example/reset");
        assertThat(check()).containsExactly("is good");
    }

    @Test
    void checkSaysWhichModesThereAre() throws Exception {
        variables.put("LATCHKEY_MAIL_MODE", "on");
        assertThat(check()).containsExactly("mail.mode (LATCHKEY_MAIL_MODE) is not one of OFF, LOG, SMTP");
    }
}
