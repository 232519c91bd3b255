package dev.latchkey.mail;

import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;

/** Mails. */
public final class MailRoom {
    private final Outbox outbox;

    public MailRoom(Database database, MailSettings settings, Clock clock) {
        this.outbox = new Outbox(settings.isOn() ? new OutboxStore() : null, this::wake);
    }

    /** Where mails are left to be sent. */
    public Outbox outbox() {
        return outbox;
    }

    /** Adds the sending of mails, if there are any. {@code writer} writes the letters of all kinds but that of a test. */
    public void addTo(ServerParts server, Environment environment, LetterWriter writer) {}

    private void wake() {}
}
