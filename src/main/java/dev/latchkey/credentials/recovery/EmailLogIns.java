package dev.latchkey.credentials.recovery;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.KnownEndings;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/** Authenticates users by what was mailed to them, on the device that asked for it. */
public final class EmailLogIns {
    private final RecoveryStore store;
    private final Outbox outbox;
    private final RecoveryLimits limits;
    private final Credentials credentials;
    private final KnownEndings knownEndings;
    private final Clock clock;

    EmailLogIns(
            RecoveryStore store,
            Outbox outbox,
            RecoveryLimits limits,
            Credentials credentials,
            KnownEndings knownEndings,
            Clock clock) {
        this.store = store;
        this.outbox = outbox;
        this.limits = limits;
        this.credentials = credentials;
        this.knownEndings = knownEndings;
        this.clock = clock;
    }

    /** How long a code is good, from when its mail is sent. */
    public Duration lifetime() {
        return Purpose.LOG_IN.lifetime();
    }

    /**
     * Sends a mail to the user with this address, if there is one: who sends it finds out.
     *
     * @param language of the request, or null
     * @return what the device keeps; also if there is none
     * @throws Problem TOO_MANY_REQUESTS
     */
    public String request(String email, String language, Client client) {
        limits.mails().take(client, email, null);
        DeviceToken device = DeviceToken.random(MailboxKey.of(email));
        store.put(new NewMail(MailKind.EMAIL_LOG_IN, null, email, language, device.hash()), clock.instant());
        outbox.wake();
        return device.text();
    }

    /**
     * The user who got this code, or this token, for this device. The address is proven. If it was not before, the password is void, and all
     * sessions have ended: whoever registered it may not have been its user.
     *
     * @param token null if there is a code
     * @throws Problem INVALID_CODE or TOO_MANY_REQUESTS
     */
    public Authentication confirm(String deviceToken, String token, String code) {
        DeviceToken device = DeviceToken.parse(deviceToken).orElseThrow(EmailLogIns::invalid);
        Proof proof = token != null
                ? Proof.ofToken(device, token)
                : Proof.ofCode(device, MailCode.parse(code).orElseThrow(EmailLogIns::invalid));
        RecoveryStore.Proved proved = store.authenticate(proof, credentials.unmatchableHash(), clock.instant())
                .orThrow(AuditEvent.LOGIN_FAILED);
        knownEndings.add(proved.ended());
        return proved.user();
    }

    /** Counts an attempt of a client. */
    public <T> T counted(Client client, Supplier<T> attempt) {
        return limits.codes().counted(client, attempt);
    }

    private static Problem invalid() {
        return new Problem(ErrorCode.INVALID_CODE);
    }
}
