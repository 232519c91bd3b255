package dev.latchkey.mail;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What operators do to mails. */
public final class MailAdministration {
    private final OutboxStore store;
    private final MailSettings settings;
    private final Clock clock;

    MailAdministration(OutboxStore store, MailSettings settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /** The settings that it goes by. */
    public MailSettings settings() {
        return settings;
    }

    /** The mails that wait, or those that could not be sent, the oldest first. */
    public List<ListedMail> list(boolean failed, int limit) {
        return store.list(failed, limit);
    }

    /** Has a mail sent that could not be, as if it were new; false if there is none of this id. */
    public boolean retry(String id) {
        return store.retry(id, clock.instant());
    }

    /** The same for all of them; returns how many. */
    public int retryAll() {
        int total = 0;
        // Of one moment, so that what fails again meanwhile is not tried for ever.
        var now = clock.instant();
        for (int some = store.retryOldest(now); some > 0; some = store.retryOldest(now)) {
            total += some;
        }
        return total;
    }

    /**
     * Sends a mail to the address now, past the store, and returns what the mail server says to it.
     *
     * @throws MailFailedException if that fails
     */
    public String test(String address) {
        try (Mailing mailing = new Mailing(settings, clock);
                Transport transport = mailing.transport()) {
            OutgoingMail mail = mailing.texts()
                    .write(UUID.randomUUID().toString(), MailKind.TEST, new Letter(address, null, Map.of()));
            Outcome outcome = transport.send(mail);
            if (outcome.kind() == Outcome.Kind.SENT) {
                return outcome.answer();
            }
            throw new MailFailedException(outcome.answer());
        } catch (TransportException e) {
            throw new MailFailedException(e.getMessage());
        }
    }
}
