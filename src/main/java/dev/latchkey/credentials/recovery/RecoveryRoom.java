package dev.latchkey.credentials.recovery;

import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.mail.LetterWriter;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.sessions.SessionsRoom;
import java.time.Clock;
import java.time.Duration;

/** What users prove by reading a mail. Without mails nothing of it exists. */
public final class RecoveryRoom {
    private static final String VERIFICATION = "/api/email/verification/confirm";
    private static final String RESET = "/api/password-reset/confirm";
    private static final Duration CLEANING = Duration.ofMinutes(1);

    private final HolderStore holders;
    private final RecoveryStore store;
    private final Outbox outbox;
    private final RecoveryLimits limits;
    private final SessionsRoom sessions;
    private final Clock clock;

    public RecoveryRoom(Database database, Outbox outbox, SessionsRoom sessions, RecoveryLimits limits, Clock clock) {
        this.holders = new HolderStore(database);
        this.store = new RecoveryStore(database, sessions.endingStore(), outbox);
        this.outbox = outbox;
        this.limits = limits;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Where mails are left. */
    public Outbox outbox() {
        return outbox;
    }

    /** How many mails clients can have sent. */
    public MailLimits mailLimits() {
        return limits.mails();
    }

    public Verifications verifications() {
        return new Verifications(holders, store, outbox, limits.mails(), clock);
    }

    public EmailLogIns logIns(CredentialsRoom credentials) {
        return new EmailLogIns(store, outbox, limits, credentials.credentials(), sessions.knownEndings(), clock);
    }

    /** Writes the letters of all mails to users. */
    public LetterWriter letters(Links links) {
        return new RecoveryLetters(holders, store, links, clock);
    }

    /** Adds the operations tagged Email and Password reset, if there are mails, and the cleaning of codes. */
    public void addTo(ServerParts server, CredentialsRoom credentials, CurrentClient client) {
        if (!outbox.isOn()) {
            return;
        }
        PasswordResets resets =
                new PasswordResets(store, credentials.credentials(), sessions.knownEndings(), outbox, clock);
        server.resource(new EmailResource(verifications(), limits.codes(), client))
                .resource(new PasswordResetResource(resets, limits.mails(), limits.codes(), client));
        limitCodes(server, VERIFICATION);
        limitCodes(server, RESET);
        server.maintenance()
                .repeat(CLEANING, "Cannot delete expired codes", () -> store.deleteExpired(clock.instant()));
    }

    /** Refuses attempts from an address whose limit is used up before they are processed. */
    public void limitCodes(ServerParts server, String path) {
        server.admission(path, (request, response) -> limits.codes().refusal(Client.of(request, response)));
    }
}
