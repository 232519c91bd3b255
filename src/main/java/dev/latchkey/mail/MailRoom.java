package dev.latchkey.mail;

import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.time.Duration;

/** Mails. */
public final class MailRoom {
    private static final Duration COUNTING = Duration.ofSeconds(15);
    private static final Duration SWEEPING = Duration.ofHours(1);

    /** How long a mail is kept that could not be sent. */
    private static final Duration KEEPING = Duration.ofDays(30);

    private final MailSettings settings;
    private final OutboxStore store;
    private final Clock clock;
    private final Outbox outbox;
    private volatile Runnable wake = () -> {};

    public MailRoom(Database database, MailSettings settings, Clock clock) {
        this.settings = settings;
        this.store = new OutboxStore(database);
        this.clock = clock;
        this.outbox = new Outbox(settings.isOn() ? store : null, () -> wake.run());
    }

    /** Where mails are left to be sent. */
    public Outbox outbox() {
        return outbox;
    }

    /** Adds the sending of mails, if there are any. {@code writer} writes the letters of all kinds but that of a test. */
    public void addTo(ServerParts server, Environment environment, LetterWriter writer) {
        SendingState state = new SendingState(new ServerTrouble(System::nanoTime));
        MailMetrics metrics = new MailMetrics(store, clock);
        metrics.addTo(server.metrics(), state);
        if (!settings.isOn()) {
            return;
        }
        Mailing mailing = new Mailing(settings, clock);
        Letters letters = new Letters(writer, mailing.texts());
        Sender sender = new Sender(
                settings.connections(), () -> new Delivery(store, letters, mailing.transport(), state, clock));
        server.maintenance()
                .repeat(COUNTING, "Cannot count the mails that wait", metrics::count)
                .repeat(SWEEPING, "Cannot delete old mails", this::sweep);
        environment.admin().addServlet("mail", new MailPage(mailing.recent())).addMapping(MailPage.PATH);
        environment.lifecycle().manage(mailing);
        environment.lifecycle().manage(sender);
        wake = sender::wake;
    }

    private void sweep() {
        while (store.sweep(clock.instant().minus(KEEPING)) == OutboxStore.STEP) {
            // There may be more.
        }
    }

    /** What operators do to mails. To be closed. */
    public MailAdministration administration() {
        return new MailAdministration(store, settings, clock);
    }
}
