package dev.latchkey.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.latchkey.mail.ScriptedMailServer.Step;
import dev.latchkey.testing.TestAuthority;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How mails are handed to good and to bad servers. */
final class SmtpTransportTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestAuthority.Issued LOCALHOST = AUTHORITY.issue("EC", 30, "localhost");
    private static final ScheduledExecutorService WATCHDOG = Executors.newScheduledThreadPool(1);

    private static final OutgoingMail MAIL =
            new OutgoingMail("0001", "alice@example.com", "en", "Hello", "Text\n", "<p>Text</p>");

    @AfterAll
    static void end() {
        WATCHDOG.shutdownNow();
    }

    private static SmtpTransport transport(MailSettings settings) {
        return new SmtpTransport(settings, trusting(AUTHORITY), WATCHDOG, Clock.systemUTC());
    }

    private static SSLSocketFactory trusting(TestAuthority authority) {
        return authority.trusting().getSocketFactory();
    }

    @Test
    void logsInAndSendsUnderStarttls() throws Exception {
        try (ScriptedMailServer server =
                        new ScriptedMailServer(0, LOCALHOST, false).extensions("STARTTLS", "AUTH PLAIN");
                SmtpTransport transport =
                        transport(TestSettings.smtp(server.port(), MailTls.STARTTLS, "user", "secret"))) {
            assertThat(transport.send(MAIL)).isEqualTo(new Outcome(Outcome.Kind.SENT, "250 taken"));

            assertThat(server.received()).hasSize(1);
            assertThat(server.commands().subList(0, 2)).containsExactly("EHLO app.example", "STARTTLS");
            assertThat(server.commands().subList(2, server.commands().size()))
                    .anyMatch(command -> command.startsWith("AUTH PLAIN"));
        }
    }

    /** Neither a password nor a mail is given to a server that somebody in between has made plain. */
    @Test
    void saysNothingToAServerWithoutStarttls() {
        try (ScriptedMailServer server = new ScriptedMailServer().extensions("AUTH PLAIN");
                SmtpTransport transport =
                        transport(TestSettings.smtp(server.port(), MailTls.STARTTLS, "user", "secret"))) {
            assertRefused(transport, TransportException.Reason.TLS, "does not offer STARTTLS");

            assertThat(server.commands()).allMatch(command -> command.startsWith("EHLO") || command.equals("QUIT"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysNothingToAServerWithTheCertificateOfAnother(boolean implicitTls) {
        TestAuthority.Issued other = AUTHORITY.issue("EC", 30, "other.example");
        try (ScriptedMailServer server = new ScriptedMailServer(0, other, implicitTls);
                SmtpTransport transport =
                        transport(TestSettings.smtp(server.port(), implicitTls ? MailTls.TLS : MailTls.STARTTLS))) {
            assertRefused(transport, TransportException.Reason.TLS, "does not speak the TLS that is asked for");
            assertThat(server.hasSeen(command -> command.startsWith("MAIL"))).isFalse();
        }
    }

    @Test
    void saysNothingToAServerWithACertificateThatNobodyKnows() {
        TestAuthority.Issued unknown = new TestAuthority().issue("EC", 30, "localhost");
        try (ScriptedMailServer server = new ScriptedMailServer(0, unknown, false);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.STARTTLS))) {
            assertRefused(transport, TransportException.Reason.TLS, "does not speak the TLS that is asked for");
        }
    }

    @Test
    void sendsUnderTlsFromTheBeginning() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(0, LOCALHOST, true);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.TLS))) {
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
        }
    }

    @Test
    void saysWhatIsWrongWithALogIn() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            GreenMailUser user = server.setUser("user", "secret");
            int port = server.getSmtp().getPort();
            try (SmtpTransport transport =
                    transport(TestSettings.smtp(port, MailTls.NONE, user.getLogin(), user.getPassword()))) {
                assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
            }
            try (SmtpTransport transport = transport(TestSettings.smtp(port, MailTls.NONE, "user", "other"))) {
                assertRefused(transport, TransportException.Reason.LOG_IN, "the mail server refuses the log-in");
            }
        } finally {
            server.stop();
        }
    }

    private static void assertRefused(Transport transport, TransportException.Reason reason, String message) {
        assertThatThrownBy(() -> transport.send(MAIL))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((TransportException) e).reason())
                .isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 550 5.1.1 nobody, REFUSED",
        "RCPT, 552 full, REFUSED",
        "RCPT, 450 4.2.0 greylisted, DEFERRED",
        "RCPT, 452 later, DEFERRED",
        "RCPT, DROP, LOST",
        "DATA, 554 no, REFUSED",
        "DATA, 451 later, DEFERRED",
        "DATA, DROP, LOST",
        "END, 554 spam, REFUSED",
        "END, 554 spam THEN DROP, REFUSED",
        "END, 451 later, DEFERRED",
        "END, DROP, UNKNOWN",
        "END, 250 taken THEN DROP, SENT",
    })
    void tellsWhatIsTheFaultOfAMail(Step step, String answer, Outcome.Kind kind) throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer().at(step, answer);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            Outcome outcome = transport.send(MAIL);

            assertThat(outcome.kind()).isEqualTo(kind);
            if (Character.isDigit(answer.charAt(0))) {
                assertThat(outcome.answer()).isEqualTo(answer.replace(ScriptedMailServer.THEN_DROP, ""));
            }
            server.mend();
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
        }
    }

    /** A connection that is gone is nothing that the next mail must suffer from. */
    @ParameterizedTest
    @CsvSource({
        "END, 554 spam, RESET, NONE, REFUSED",
        "END, 554 spam, RESET, TLS, REFUSED",
        "END, 554 spam, DROP, TLS, REFUSED",
        "END, 554 spam, SILENCE, NONE, REFUSED",
        "RCPT, 550 nobody, RESET, STARTTLS, REFUSED",
        "RCPT, 450 later, RESET, NONE, DEFERRED",
    })
    void sendsTheNextMailAfterOneWhoseRefusalEndedTheConnection(
            Step step, String answer, String reset, MailTls tls, Outcome.Kind kind) throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(
                                0, tls == MailTls.NONE ? null : LOCALHOST, tls == MailTls.TLS)
                        .at(step, answer)
                        .at(Step.RSET, reset);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), tls))) {
            transport.connect();
            if (reset.equals(ScriptedMailServer.SILENCE)) {
                transport.maxMail(Duration.ofMillis(300));
            }
            assertThat(transport.send(MAIL)).isEqualTo(new Outcome(kind, answer));

            server.mend();
            transport.maxMail(Duration.ofMinutes(1));
            assertThat(transport.send(MAIL)).isEqualTo(new Outcome(Outcome.Kind.SENT, "250 taken"));
        }
    }

    /** A rejected sender is the fault of the server, but its connection is gone all the same. */
    @Test
    void sendsTheNextMailAfterARejectedSenderWhoseConnectionWasReset() throws Exception {
        try (ScriptedMailServer server =
                        new ScriptedMailServer().at(Step.MAIL, "550 no").at(Step.RSET, ScriptedMailServer.RESET);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            assertRefused(transport, TransportException.Reason.SENDER, "does not take mails from");
            server.mend();
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, 554 go away, CONNECTION",
        "GREETING, DROP, CONNECTION",
        "GREETING, SILENCE, CONNECTION",
        "GREETING, DRIP, CONNECTION",
        "EHLO, 421 closing THEN DROP, CONNECTION",
        "MAIL, 550 not from you, SENDER",
        "MAIL, 451 later, SENDER",
        "MAIL, DROP, CONNECTION",
        "MAIL, SILENCE, CONNECTION",
        "RCPT, 421 closing, CONNECTION",
        "RCPT, 530 log in, LOG_IN",
        "DATA, 421 closing, CONNECTION",
        "END, 421 closing, CONNECTION",
    })
    void tellsWhatIsTheFaultOfTheServer(Step step, String answer, TransportException.Reason reason) throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer().at(step, answer);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))
                        .maxMail(Duration.ofMillis(300))) {
            assertRefused(transport, reason, "the mail server");
            server.mend();
            transport.maxMail(Duration.ofMinutes(1));
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
        }
    }

    /** By then, the end of a short mail may be on its way. */
    @Test
    void tellsThatAConnectionWasLostWithinAMail() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer().at(Step.BODY, ScriptedMailServer.DROP);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            assertThat(transport.send(MAIL).isConnectionLost()).isTrue();
            server.mend();
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
        }
    }

    @ParameterizedTest
    @CsvSource({"RCPT, SILENCE, LOST", "DATA, DRIP, LOST", "END, SILENCE, UNKNOWN", "END, DRIP, UNKNOWN"})
    void breaksOffWhatTakesTooLong(Step step, String answer, Outcome.Kind kind) throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer().at(step, answer);
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))
                        .maxMail(Duration.ofMillis(300))) {
            assertThat(transport.send(MAIL).kind()).isEqualTo(kind);
        }
    }

    /** Another server would take the mail too once its lease is over. */
    @Test
    void doesNotBeginAgainWhenTheTimeOfAMailIsOver() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer();
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
            server.at(Step.MAIL, ScriptedMailServer.SILENCE);
            transport.maxMail(Duration.ofMillis(300));

            assertRefused(
                    transport, TransportException.Reason.CONNECTION, "ended the connection before it took a mail");

            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void sendsSeveralMailsOverOneConnection() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer();
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            for (int i = 0; i < 3; i++) {
                assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.received()).hasSize(3);
        }
    }

    /** Which is not known before the next mail. */
    @Test
    void makesANewConnectionWhereTheServerHasEndedTheOldOne() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer().at(Step.END, "250 taken THEN DROP");
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            for (int i = 0; i < 3; i++) {
                assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
            }
            assertThat(server.connections()).isEqualTo(3);
            assertThat(server.received()).hasSize(3);
        }
    }

    @Test
    void sendsToAddressesOfTheWholeWorld() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer().extensions("SMTPUTF8");
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            // To ASCII where that is all: a server on the way may know nothing else.
            assertThat(transport.send(to("alice@straße.example")).kind()).isEqualTo(Outcome.Kind.SENT);
            assertThat(transport.send(to("用户@例え.example")).kind()).isEqualTo(Outcome.Kind.SENT);

            assertThat(server.received().get(0).to()).isEqualTo("alice@xn--strae-oqa.example");
            assertThat(server.received().get(0).from()).doesNotContain("SMTPUTF8");
            assertThat(server.received().get(1).to()).isEqualTo("用户@xn--r8jz45g.example");
            assertThat(server.received().get(1).from()).endsWith("SMTPUTF8");
            assertThat(server.received().get(1).content()).contains("To: 用户@xn--r8jz45g.example");
        }
    }

    @Test
    void refusesAnAddressThatTheServerCannotTake() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer();
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            Outcome outcome = transport.send(to("用户@example.com"));

            assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REFUSED);
            assertThat(outcome.answer()).contains("SMTPUTF8");
            assertThat(transport.send(MAIL).kind()).isEqualTo(Outcome.Kind.SENT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@example.com\r\nBcc: eve@example.com",
                "alice@example.com\nRCPT TO:<eve@example.com>",
                "alice@example.com>\u2028",
                "<alice@example.com",
                "\u202Ealice@example.com",
                "alice",
                "@example.com",
                "alice@",
            })
    void refusesAnAddressThatIsMoreThanOne(String address) throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer();
                SmtpTransport transport = transport(TestSettings.smtp(server.port(), MailTls.NONE))) {
            assertThat(transport.send(to(address)).kind()).isEqualTo(Outcome.Kind.REFUSED);
            assertThat(server.received()).isEmpty();
            assertThat(server.hasSeen(command -> command.contains("eve"))).isFalse();
        }
    }

    private static OutgoingMail to(String address) {
        return new OutgoingMail("0002", address, "en", "Hello", "Text\n", "<p>Text</p>");
    }
}
