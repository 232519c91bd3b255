package dev.latchkey.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.mail.ScriptedMailServer.Received;
import dev.latchkey.mail.ScriptedMailServer.Step;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.KeptPort;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of mails in the store, whatever the mail server does. */
@ParameterizedClass
@EnumSource(Engine.class)
final class DeliveryTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Pattern MESSAGE_ID = Pattern.compile("(?m)^Message-ID: (.*)$");

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);
    private final ScheduledExecutorService watchdog = Executors.newScheduledThreadPool(1);
    private final ScriptedMailServer server = new ScriptedMailServer();
    private final Writer writer = new Writer();
    private final SendingState state = new SendingState(new ServerTrouble(() -> 1_000_000 * clock.millis()));
    private final OutboxStore store;
    private final Outbox outbox;

    DeliveryTest(Engine engine) {
        database = new TestDatabase(engine);
        store = new OutboxStore(database.database());
        outbox = new Outbox(store, () -> {});
        database.addUser("alice");
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        watchdog.shutdownNow();
        database.close();
    }

    /** Writes what is asked for, and keeps account. */
    private static final class Writer implements LetterWriter {
        private final Map<String, String> codes = new ConcurrentHashMap<>();
        private final AtomicInteger written = new AtomicInteger();
        private volatile boolean wanted = true;
        private volatile RuntimeException failure;

        @Override
        public Optional<Letter> write(WaitingMail mail) {
            if (failure != null) {
                throw failure;
            }
            String code = String.format(java.util.Locale.ROOT, "AAAA-%04d", written.incrementAndGet());
            codes.put(code, mail.id());
            return wanted
                    ? Optional.of(new Letter(
                            mail.address() == null ? mail.userId() + "@example.com" : mail.address(),
                            mail.locale(),
                            Map.of(
                                    Placeholder.USERNAME,
                                    "alice",
                                    Placeholder.CODE,
                                    code,
                                    Placeholder.LINK,
                                    "https://app.example/reset#token=" + code,
                                    Placeholder.MINUTES,
                                    "15")))
                    : Optional.empty();
        }

        @Override
        public void unsent(WaitingMail mail, Letter letter) {
            codes.remove(letter.values().get(Placeholder.CODE));
        }
    }

    private Delivery delivery(int port) {
        return delivery(store, port);
    }

    private Delivery delivery(OutboxStore of, int port) {
        MailSettings settings = TestSettings.smtp(port, MailTls.NONE);
        Transport transport =
                new SmtpTransport(settings, (SSLSocketFactory) SSLSocketFactory.getDefault(), watchdog, clock);
        return new Delivery(
                of, new Letters(writer, MailTexts.read(settings, new ArrayList<>())), transport, state, clock);
    }

    private void put(MailKind kind, String address) {
        database.database().write(handle -> {
            outbox.put(handle, new NewMail(kind, null, address, null, null), clock.instant());
            return null;
        });
    }

    private static void sendAll(Delivery delivery) {
        while (delivery.next()) {
            // The next one.
        }
    }

    private List<ListedMail> waiting() {
        return store.list(false, 1000);
    }

    private List<ListedMail> failed() {
        return store.list(true, 1000);
    }

    private List<String> receivers() {
        return server.received().stream().map(Received::to).toList();
    }

    @Test
    void sendsWhatWasCommittedAndNothingElse() {
        assertThatThrownBy(() -> database.database().write(handle -> {
                    outbox.put(handle, new NewMail(MailKind.PASSWORD_RESET, "alice", null, null, null), NOW);
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        put(MailKind.PASSWORD_RESET, "bob@example.com");

        sendAll(delivery(server.port()));

        assertThat(receivers()).containsExactly("bob@example.com");
        assertThat(server.received().get(0).content()).contains("AAAA-0001");
        assertThat(waiting()).isEmpty();
        assertThat(state.sent.sum()).isOne();
    }

    @Test
    void forgetsTheMailsOfAUserWhoIsDeleted() {
        database.database().write(handle -> {
            outbox.put(handle, new NewMail(MailKind.PASSWORD_CHANGED, "alice", null, null, null), NOW);
            return handle.execute("DELETE FROM users WHERE id = 'alice'");
        });

        assertThat(waiting()).isEmpty();
    }

    @Test
    void deletesWhatNobodyWantsAnyMore() {
        writer.wanted = false;
        put(MailKind.PASSWORD_RESET, "nobody@example.com");

        sendAll(delivery(server.port()));

        assertThat(waiting()).isEmpty();
        assertThat(failed()).isEmpty();
        assertThat(server.received()).isEmpty();
        assertThat(state.dropped.sum()).isOne();
    }

    /** Two servers with two threads each, which want the same mails. */
    @Test
    void severalServersSendEachMailOnce() throws Exception {
        int mails = 40;
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < mails; i++) {
            put(MailKind.PASSWORD_RESET, "user" + i + "@example.com");
            expected.add("user" + i + "@example.com");
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TestDatabase other = new TestDatabase(database.settings())) {
            OutboxStore ofOther = new OutboxStore(other.database());
            List<Future<?>> all = new ArrayList<>();
            for (OutboxStore of : List.of(store, store, ofOther, ofOther)) {
                all.add(threads.submit(() -> sendAll(delivery(of, server.port()))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(receivers()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void sendsTheMailOfAServerThatWasKilledOnceItsLeaseIsOver() {
        put(MailKind.PASSWORD_RESET, "alice@example.com");
        // As a server does that is killed right afterwards.
        store.claim(store.due(NOW, 1).get(0), NOW.plus(Delivery.LEASE));

        sendAll(delivery(server.port()));
        assertThat(server.received()).isEmpty();

        clock.advance(Delivery.LEASE);
        sendAll(delivery(server.port()));
        assertThat(server.received()).hasSize(1);
    }

    /** Nobody can know that it was delivered, so it is sent again. Both codes are good, since the user may have either. */
    @Test
    void sendsAMailTwiceOnlyIfTheServerTookItAndDidNotSaySo() {
        put(MailKind.PASSWORD_RESET, "alice@example.com");
        server.at(Step.END, ScriptedMailServer.DROP);
        sendAll(delivery(server.port()));
        assertThat(waiting()).extracting(ListedMail::attempts).containsExactly(1);

        server.mend();
        clock.advance(Duration.ofSeconds(30));
        sendAll(delivery(server.port()));

        assertThat(server.received()).hasSize(2);
        assertThat(server.received())
                .extracting(DeliveryTest::messageId)
                .containsOnly(messageId(server.received().get(0)));
        assertThat(writer.codes).hasSize(2);
        assertThat(waiting()).isEmpty();
    }

    private static String messageId(Received mail) {
        Matcher id = MESSAGE_ID.matcher(mail.content());
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    @Test
    void keepsWhatIsRefusedAndGoesOn() {
        server.recipient("nobody@example.com", "550 5.1.1 No such\u0007 mailbox");
        put(MailKind.PASSWORD_RESET, "nobody@example.com");
        put(MailKind.PASSWORD_RESET, "alice@example.com");

        sendAll(delivery(server.port()));

        assertThat(receivers()).containsExactly("alice@example.com");
        assertThat(failed()).singleElement().satisfies(mail -> {
            assertThat(mail.address()).isEqualTo("nobody@example.com");
            assertThat(mail.failure()).isEqualTo("550 5.1.1 No such mailbox");
            assertThat(mail.failedAt()).isEqualTo(NOW);
        });
        assertThat(writer.codes).hasSize(1);
        assertThat(state.failed.sum()).isOne();

        server.mend();
        assertThat(store.retry(failed().get(0).id(), NOW)).isTrue();
        sendAll(delivery(server.port()));
        assertThat(receivers()).containsExactly("alice@example.com", "nobody@example.com");
        assertThat(failed()).isEmpty();
    }

    @Test
    void triesAgainLaterAndLaterWhatIsRefusedForNow() {
        server.recipient("busy@example.com", "450 4.2.1 Later");
        put(MailKind.PASSWORD_RESET, "busy@example.com");
        Delivery delivery = delivery(server.port());
        List<Duration> pauses = new ArrayList<>();
        while (failed().isEmpty()) {
            sendAll(delivery);
            waiting().forEach(mail -> {
                pauses.add(Duration.between(clock.instant(), mail.nextAttemptAt()));
                clock.set(mail.nextAttemptAt());
            });
        }

        for (int i = 0; i < pauses.size(); i++) {
            long full = Math.min(3600, 30L << i);
            assertThat(pauses.get(i)).isBetween(Duration.ofSeconds(full / 2), Duration.ofSeconds(full));
        }
        assertThat(pauses).hasSizeBetween(6, 8);
        assertThat(failed()).singleElement().satisfies(mail -> {
            assertThat(mail.failure()).isEqualTo("it could not be sent in time: 450 4.2.1 Later");
            assertThat(mail.createdAt()).isEqualTo(NOW);
        });
        // Each attempt had a code of its own, none of which has arrived.
        assertThat(writer.codes).isEmpty();
        assertThat(state.deferred.sum()).isEqualTo(pauses.size());
    }

    @Test
    void doesNotSendWhatIsOfNoUseAnyMore() {
        database.database().write(handle -> {
            outbox.put(handle, new NewMail(MailKind.PASSWORD_RESET, "alice", null, null, null), NOW);
            return null;
        });
        put(MailKind.TEST, "operator@example.com");
        clock.advance(MailKind.PASSWORD_RESET.patience());

        sendAll(delivery(server.port()));

        assertThat(server.received()).isEmpty();
        assertThat(failed())
                .extracting(ListedMail::failure)
                .containsOnly("it could not be sent in time")
                .hasSize(2);
    }

    /** It may be the address of anybody. */
    @Test
    void forgetsAnAddressThatSomebodyTypedWhenTheTimeIsOver() {
        put(MailKind.PASSWORD_RESET, "typed@example.com");
        put(MailKind.EMAIL_LOG_IN, "typed@example.com");
        clock.advance(MailKind.PASSWORD_RESET.patience());

        sendAll(delivery(server.port()));

        assertThat(server.received()).isEmpty();
        assertThat(failed()).isEmpty();
        assertThat(waiting()).isEmpty();
        assertThat(state.dropped.sum()).isEqualTo(2);
        assertThat(state.failed.sum()).isZero();
    }

    /** Neither by a server that ends the connection because of it, nor by a fault of ours. */
    @Test
    void noMailStopsTheOthers() {
        server.recipient("poison@example.com", ScriptedMailServer.DROP);
        put(MailKind.PASSWORD_RESET, "poison@example.com");
        put(MailKind.PASSWORD_RESET, "alice@example.com");
        Delivery delivery = delivery(server.port());
        writer.failure = new IllegalStateException("a fault");
        sendAll(delivery);
        assertThat(waiting()).extracting(ListedMail::attempts).containsExactly(1, 1);
        writer.failure = null;

        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMinutes(1));
            sendAll(delivery);
        }

        assertThat(receivers()).containsExactly("alice@example.com");
    }

    @Test
    void givesAMailBackWhenTheStoreFails() {
        put(MailKind.PASSWORD_RESET, "alice@example.com");
        Delivery delivery = delivery(server.port());
        writer.failure = new UnavailableException(new java.sql.SQLException("busy"));
        assertThatThrownBy(delivery::next).isSameAs(writer.failure);
        assertThat(waiting()).extracting(ListedMail::attempts).containsExactly(0);
        writer.failure = null;

        sendAll(delivery);

        assertThat(receivers()).containsExactly("alice@example.com");
    }

    @Test
    void costsNoWriteWhileTheServerIsDown() throws Exception {
        int mails = 100_000;
        database.database().write(handle -> handle.execute("""
                INSERT INTO mails (id, kind, address, created_at, next_attempt_at, attempts)
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                SELECT CAST(n AS TEXT), 'password-reset', 'a@example.com', ?, ?, 0 FROM numbers
                """, mails, NOW.toEpochMilli(), NOW.toEpochMilli()));
        try (KeptPort port = new KeptPort()) {
            Counting counting = new Counting(database.database());
            Delivery delivery = delivery(new OutboxStore(counting), port.number());

            for (int i = 0; i < 50; i++) {
                clock.advance(Duration.ofSeconds(10));
                assertThat(delivery.next()).isFalse();
            }

            assertThat(counting.writes).hasValue(0);
            assertThat(state.trouble.isPausing()).isTrue();
            assertThat(writer.written).hasValue(0);
            assertThat(store.backlog(clock.instant().plusSeconds(60))).isEqualTo(new Backlog(Backlog.MAX, 0, NOW));
            // It restarts.
            try (ScriptedMailServer again = new ScriptedMailServer(port.number(), null, false)) {
                clock.advance(Duration.ofMinutes(1));
                assertThat(delivery.next()).isTrue();
                assertThat(again.received()).hasSize(1);
                assertThat(state.trouble.isPausing()).isFalse();
            }
        }
    }

    /** The real one, and how often it is written to. */
    private static final class Counting implements Database {
        private final Database database;
        private final AtomicInteger writes = new AtomicInteger();

        Counting(Database database) {
            this.database = database;
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            return database.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            writes.incrementAndGet();
            return database.write(change);
        }
    }

    @Test
    void aMailOfANewerVersionIsLeftToIt() {
        put(MailKind.PASSWORD_RESET, "alice@example.com");
        database.database().write(handle -> handle.execute("UPDATE mails SET kind = 'birthday'"));

        sendAll(delivery(server.port()));

        assertThat(server.received()).isEmpty();
        assertThat(waiting()).singleElement().satisfies(mail -> {
            assertThat(mail.kind()).isNull();
            assertThat(mail.nextAttemptAt()).isEqualTo(NOW.plus(Delivery.LEASE));
        });
    }

    @Test
    void retriesAndForgetsWhatHasFailed() {
        server.at(Step.RCPT, "550 no");
        for (int i = 0; i < 3; i++) {
            put(MailKind.PASSWORD_RESET, "user" + i + "@example.com");
        }
        sendAll(delivery(server.port()));
        assertThat(failed()).hasSize(3);

        clock.advance(Duration.ofDays(1));
        assertThat(store.sweep(clock.instant().minus(Duration.ofDays(2)))).isZero();
        assertThat(store.retryOldest(clock.instant())).isEqualTo(3);
        sendAll(delivery(server.port()));
        assertThat(failed()).hasSize(3);
        clock.advance(Duration.ofDays(2));
        assertThat(store.sweep(clock.instant().minus(Duration.ofDays(1)))).isEqualTo(3);
        assertThat(failed()).isEmpty();
    }
}
