package dev.latchkey.credentials.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.credentials.PasswordSettings;
import dev.latchkey.credentials.TestCredentials;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.MailMode;
import dev.latchkey.mail.MailRoom;
import dev.latchkey.mail.MailSettings;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.SessionSettings;
import dev.latchkey.sessions.SessionsRoom;
import dev.latchkey.testing.CheapPasswords;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A request does the same statements whether anybody has the address or not. What takes the same work takes the same time. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SameWorkTest {
    private static final String CODE = "22222222";

    private final TestDatabase database;
    private final Recording recording;
    private final RecoveryStore store;
    private final EmailLogIns logIns;
    private final Clock clock = Clock.systemUTC();

    SameWorkTest(Engine engine) {
        database = new TestDatabase(engine);
        recording = new Recording(database.database());
        MailSettings settings = new MailSettings(
                MailMode.LOG, null, null, null, null, null, null, null, null, null, null, null, null, null, 0);
        Outbox outbox = new MailRoom(database.database(), settings, clock).outbox();
        SessionsRoom sessions = new SessionsRoom(recording, recording, SessionSettings.defaults(), clock);
        store = new RecoveryStore(recording, sessions.endingStore(), outbox);
        logIns = new EmailLogIns(
                store,
                outbox,
                RecoveryLimits.of(LimitSettings.defaults(), new MetricRegistry()),
                null,
                sessions.knownEndings(),
                clock);
        database.addUser("alice@example.com");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    /** Writes down each statement. */
    private static final class Recording implements Database {
        private final Database recorded;
        private final List<String> statements = new ArrayList<>();

        Recording(Database recorded) {
            this.recorded = recorded;
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            statements.add("read");
            return recorded.read(handle -> listened(handle, query));
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            statements.add("write");
            return recorded.write(handle -> listened(handle, change));
        }

        private <T> T listened(Handle handle, Function<Handle, T> work) {
            SqlStatements config = handle.getConfig(SqlStatements.class);
            SqlLogger before = config.getSqlLogger();
            config.setSqlLogger(new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                    statements.add(context.getRenderedSql());
                }
            });
            try {
                return work.apply(handle);
            } finally {
                config.setSqlLogger(before);
            }
        }
    }

    private List<String> of(Consumer<String> request, String email) {
        recording.statements.clear();
        try {
            request.accept(email);
        } catch (Problem expected) {
            // Wrong is what it is to be.
        }
        return List.copyOf(recording.statements);
    }

    private void assertSameWork(Consumer<String> request) {
        List<String> known = of(request, "alice@example.com");
        assertThat(known).hasSizeGreaterThan(1);
        assertThat(of(request, "nobody@example.com")).isEqualTo(known);
    }

    @Test
    void askingForAMail() {
        assertSameWork(email -> logIns.request(email, "en", TestCredentials.client()));
        assertSameWork(
                email -> store.put(new NewMail(MailKind.PASSWORD_RESET, null, email, "en", null), clock.instant()));
    }

    @Test
    void tryingACode() {
        Holder alice = new HolderStore(recording)
                .findByMailbox(MailboxKey.of("alice@example.com"))
                .orElseThrow();
        for (Purpose purpose : Purpose.values()) {
            String deviceHash = purpose == Purpose.LOG_IN ? "some" : null;
            store.insert(
                    alice,
                    new MailCodeStore.NewCode(
                            purpose.text(),
                            purpose,
                            MailboxKey.of(alice.email()).hash(),
                            MailCode.random(),
                            Secret.random(),
                            deviceHash),
                    clock.instant());
        }
        MailCode code = new MailCode(CODE);
        // From the first to the one that is refused.
        for (int i = 0; i <= 21; i++) {
            assertSameWork(email ->
                    store.check(Purpose.PASSWORD_RESET, Proof.ofCode(MailboxKey.of(email), code), clock.instant()));
            assertSameWork(email -> store.verify(Proof.ofCode(MailboxKey.of(email), code), clock.instant()));
            assertSameWork(email -> store.authenticate(
                    Proof.ofCode(
                            new DeviceToken("a".repeat(22), MailboxKey.of(email).hash()), code),
                    "none",
                    clock.instant()));
        }
    }

    @Test
    void loggingInByTheAddress() {
        ExecutorService hashing = Executors.newSingleThreadExecutor();
        try {
            PasswordSettings cheap = CheapPasswords.settings();
            var credentials = TestCredentials.byAddress(recording, hashing, cheap);
            database.database().write(handle -> handle.createUpdate("UPDATE users SET password_hash = :hash")
                    .bind("hash", credentials.hash("secure_password123"))
                    .execute());
            assertSameWork(email -> credentials.authenticate(email, "wrong", TestCredentials.client()));
        } finally {
            hashing.shutdownNow();
        }
    }
}
