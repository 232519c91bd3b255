package dev.latchkey.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.keys.SigningKeyStore;
import dev.latchkey.keys.StoredSigningKeys;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Promise 29: what happens to accounts, sessions and keys is recorded, and nothing secret is. */
final class AuditTest {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE);

    @RegisterExtension
    static final ServerExtension MAILING =
            new ServerExtension(Engine.SQLITE, "mail.mode", "log", "logIn.byEmail", "true");

    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");
    private static final String WRONG = "not the password at all";

    private final Api api = SERVER.api();
    private final Recorder log = new Recorder();
    private final String name = Api.newName();
    private final String userId = api.register(name).body().at("/data/user_id").textValue();

    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        AUDIT.setLevel(Level.INFO);
        AUDIT.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        AUDIT.setLevel(Level.WARN);
        AUDIT.detachAppender(log);
    }

    @Test
    void aLineSaysWhenWhatWhoAndByWhichRequest() throws Exception {
        Instant before = Instant.now().minusMillis(1);
        String other = Api.newName();
        Api.Answer answer = api.register(other);

        JsonNode line = onlyLine();
        assertThat(line.fieldNames()).toIterable().containsExactly("time", "event", "user_id", "request_id", "client");
        assertThat(line.path("time").textValue()).endsWith("Z");
        assertThat(Instant.parse(line.path("time").textValue())).isBetween(before, Instant.now());
        assertThat(line.path("event").textValue()).isEqualTo("registration_succeeded");
        assertThat(line.path("user_id").textValue())
                .isEqualTo(answer.body().at("/data/user_id").textValue());
        assertThat(line.path("request_id").textValue()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(line.path("client").textValue()).isEqualTo("127.0.0.1");
    }

    @Test
    void bothOutcomesOfALogInAreRecorded() throws Exception {
        api.logIn(name, Api.PASSWORD);
        api.logIn(name, WRONG);
        api.logIn("what somebody typed for a name", WRONG);

        assertThat(events()).containsExactly("login_succeeded", "login_failed", "login_failed");
        assertThat(line(0).path("user_id").textValue()).isEqualTo(userId);
        assertThat(line(0).has("session_id")).isTrue();
        assertThat(line(1).path("user_id").textValue()).isEqualTo(userId);
        assertThat(line(1).path("reason").textValue()).isEqualTo("wrong password");
        assertThat(line(2).has("user_id")).isFalse();
        assertThat(line(2).path("reason").textValue()).isEqualTo("unknown user");
    }

    @Test
    void refusedTokensAreRecorded() throws Exception {
        api.read("x", "key");
        api.refresh("x");

        assertThat(events()).containsExactly("token_refused", "refresh_token_refused");
    }

    @Test
    void theLifeOfASessionIsRecorded() throws Exception {
        Api.Tokens tokens = api.logIn(name);
        api.refresh(tokens.refresh());
        api.as(tokens.access(), "DELETE", "/api/token", null);
        api.as(Api.Tokens.of(api.logIn(name, Api.PASSWORD)).access(), "DELETE", "/api/sessions", null);

        assertThat(events())
                .containsExactly(
                        "login_succeeded", "token_refreshed", "session_ended", "login_succeeded", "sessions_ended");
        String sessionId = line(0).path("session_id").textValue();
        assertThat(List.of(line(1), line(2)))
                .allMatch(line -> sessionId.equals(line.path("session_id").textValue()));
    }

    @Test
    void whatHappensToAnAccountIsRecorded() throws Exception {
        String token = Api.Tokens.of(api.logIn(name, Api.PASSWORD)).access();
        api.as(token, "PATCH", "/api/me", "{\"age\":31}");
        api.as(token, "PUT", "/api/me/password", change(WRONG, "another password 7"));
        api.as(token, "PUT", "/api/me/password", change(Api.PASSWORD, "another password 7"));
        api.as(token, "GET", "/api/me/export", null);
        api.as(token, "DELETE", "/api/me", null);

        assertThat(events())
                .containsExactly(
                        "login_succeeded",
                        "account_changed",
                        "password_change_failed",
                        "password_changed",
                        "account_exported",
                        "account_deleted");
        assertThat(lines()).allMatch(line -> userId.equals(line.path("user_id").textValue()));
        assertThat(log.lines).noneMatch(line -> line.contains("another password"));
    }

    private static String change(String current, String next) {
        return Api.object("current_password", current, "new_password", next).toString();
    }

    @Test
    void whatMailedCodesDoIsRecorded() throws Exception {
        Mails mails = new Mails(MAILING);
        Api mailing = MAILING.api();
        String email = name + "@example.com";
        String mailed = mailing.register(name).body().at("/data/user_id").textValue();
        String token = Api.Tokens.of(mailing.logIn(name, Api.PASSWORD)).access();
        String first = mails.await("email-verification", email, 1).token();
        confirm("/api/email/verification/confirm", "email", email, "code", "2222-2222");
        confirm("/api/email/verification/confirm", "token", first);
        mailing.as(token, "PATCH", "/api/me", Api.object("email", "x" + email).toString());
        confirm(
                "/api/email/verification/confirm",
                "token",
                mails.await("email-verification", "x" + email, 1).token());
        confirm("/api/token/email", "email", "x" + email);
        mails.await("email-log-in", "x" + email, 1);
        confirm("/api/token/email/confirm", "device_token", "x", "code", "2222-2222");
        confirm("/api/password-reset", "email", "x" + email);
        String reset = mails.await("password-reset", "x" + email, 1).token();
        confirm("/api/password-reset/confirm", "token", "x", "new_password", "another password 7");
        confirm("/api/password-reset/confirm", "token", reset, "new_password", "another password 7");

        assertThat(events())
                .containsExactly(
                        "registration_succeeded",
                        "login_succeeded",
                        "email_verification_failed",
                        "email_verified",
                        "account_changed",
                        "email_change_requested",
                        "email_changed",
                        "email_login_requested",
                        "password_reset_requested",
                        "password_reset_failed",
                        "password_reset_succeeded");
        assertThat(lines())
                .filteredOn(line -> line.has("user_id"))
                .hasSize(10)
                .allMatch(line -> mailed.equals(line.path("user_id").textValue()));
        assertThat(log.lines)
                .noneMatch(line -> line.contains(reset) || line.contains(email) || line.contains("another password"));
    }

    private static void confirm(String path, String... members) {
        MAILING.api().json("POST", path, Api.object(members).toString());
    }

    @Test
    void newKeysAreRecorded() throws Exception {
        try (TestDatabase database = new TestDatabase(Engine.SQLITE)) {
            StoredSigningKeys keys = StoredSigningKeys.load(
                    new SigningKeyStore(database.database()), Duration.ofDays(30), Clock.systemUTC());
            String kid = keys.rotate();

            assertThat(events()).containsExactly("signing_key_added", "signing_key_added");
            assertThat(line(1).path("kid").textValue()).isEqualTo(kid);
        }
    }

    @Test
    void nothingSecretIsRecorded() {
        Api.Tokens tokens = api.logIn(name);
        api.logIn(name, WRONG);
        api.logIn("what somebody typed for a name", WRONG);
        Api.Tokens refreshed = Api.Tokens.of(api.refresh(tokens.refresh()));
        api.create(tokens.access(), "a-secret-key", "a-secret-value");
        api.read(tokens.access() + "x", "a-secret-key");
        api.refresh(refreshed.refresh() + "x");
        api.as(tokens.access(), "DELETE", "/api/token", null);

        assertThat(log.lines)
                .hasSizeGreaterThan(5)
                .noneMatch(line -> line.contains(Api.PASSWORD)
                        || line.contains(WRONG)
                        || line.contains("typed")
                        || line.contains("a-secret")
                        || line.contains("eyJ")
                        || line.contains("lkr_")
                        || line.contains(name));
    }

    private List<String> events() throws JsonProcessingException {
        return lines().stream().map(line -> line.path("event").textValue()).toList();
    }

    private JsonNode onlyLine() throws JsonProcessingException {
        assertThat(log.lines).hasSize(1);
        return line(0);
    }

    private JsonNode line(int number) throws JsonProcessingException {
        return lines().get(number);
    }

    private List<JsonNode> lines() throws JsonProcessingException {
        return List.of(new ObjectMapper().readValue("[" + String.join(",", log.lines) + "]", JsonNode[].class));
    }
}
