package dev.latchkey.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.mail.ScriptedMailServer.Step;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads of a server that starts, sends and stops. */
@Timeout(60)
final class SenderTest {
    private final TestDatabase database = new TestDatabase(Engine.SQLITE);
    private final ScheduledExecutorService watchdog = Executors.newScheduledThreadPool(1);
    private final ScriptedMailServer server = new ScriptedMailServer();
    private final OutboxStore store = new OutboxStore(database.database());
    private final SendingState state = new SendingState(new ServerTrouble(System::nanoTime));
    private final CountDownLatch failed = new CountDownLatch(2);
    private boolean isFailingAtRest;
    private final Sender sender = new Sender(2, this::delivery);
    private final Outbox outbox = new Outbox(store, sender::wake);

    @AfterEach
    void close() throws Exception {
        sender.stop();
        server.close();
        watchdog.shutdownNow();
        database.close();
    }

    private Delivery delivery() {
        MailSettings settings = TestSettings.smtp(server.port(), MailTls.NONE);
        Transport smtp = new SmtpTransport(
                settings, (SSLSocketFactory) SSLSocketFactory.getDefault(), watchdog, Clock.systemUTC());
        Transport transport = isFailingAtRest ? new FailingOnce(smtp) : smtp;
        Letters letters = new Letters(mail -> Optional.empty(), MailTexts.read(settings, new ArrayList<>()));
        return new Delivery(store, letters, transport, state, Clock.systemUTC());
    }

    /** The first end of an idle connection fails, in each thread. */
    private final class FailingOnce implements Transport {
        private final Transport transport;
        private boolean hasFailed;

        FailingOnce(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void connect() throws TransportException {
            transport.connect();
        }

        @Override
        public Outcome send(OutgoingMail mail) throws TransportException {
            return transport.send(mail);
        }

        @Override
        public void abort() {
            transport.abort();
        }

        @Override
        public void close() {
            transport.close();
            if (!hasFailed) {
                hasFailed = true;
                failed.countDown();
                throw new OutOfMemoryError("made up");
            }
        }
    }

    @Test
    void noErrorEndsAThread() throws Exception {
        isFailingAtRest = true;
        sender.start();
        failed.await();
        put(1);
        Await.until(() -> server.received().size() == 1);
    }

    private void put(int mails) {
        for (int i = 0; i < mails; i++) {
            String address = "user" + i + "@example.com";
            database.database()
                    .write(handle -> store.put(
                            handle,
                            new NewMail(MailKind.TEST, null, address, null, null),
                            Clock.systemUTC().instant()));
        }
        outbox.wake();
    }

    @Test
    void sendsWhatComesOverAFewConnections() {
        sender.start();
        put(10);
        Await.until(() -> server.received().size() == 10);
        put(10);
        Await.until(() -> state.sent.sum() == 20);

        assertThat(store.list(false, 10)).isEmpty();
        assertThat(server.connections()).isLessThanOrEqualTo(4);
    }

    @Test
    void finishesTheMailInHandWhenItStops() throws Exception {
        CountDownLatch inHand = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        server.beforeEnd(() -> {
            inHand.countDown();
            try {
                stopping.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        sender.start();
        put(1);
        inHand.await();
        Thread stop = new Thread(() -> {
            try {
                sender.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        stop.start();
        Await.until(() -> stop.getState() == Thread.State.TIMED_WAITING);
        stopping.countDown();
        stop.join();

        assertThat(server.received()).hasSize(1);
        assertThat(store.list(false, 10)).isEmpty();
    }

    @Test
    void givesAMailBackThatTheServerDoesNotTakeNow() {
        server.at(Step.RCPT, "421 closing");
        sender.start();
        put(1);
        Await.until(() -> state.trouble.isPausing() && server.connections() > 0);
        Await.until(() -> store.list(false, 10).stream()
                .anyMatch(mail -> mail.nextAttemptAt().equals(mail.createdAt()) && mail.attempts() == 0));
    }
}
