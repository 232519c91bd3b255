package dev.latchkey.credentials.recovery;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/** Authenticates users by what was mailed to them, on the device that asked for it. */
public final class EmailLogIns {
    private final RecoveryStore store;
    private final Outbox outbox;
    private final MailLimits mailLimits;
    private final CodeLimit codeLimit;
    private final Clock clock;

    EmailLogIns(RecoveryStore store, Outbox outbox, MailLimits mailLimits, CodeLimit codeLimit, Clock clock) {
        this.store = store;
        this.outbox = outbox;
        this.mailLimits = mailLimits;
        this.codeLimit = codeLimit;
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
        mailLimits.take(client, email, null);
        DeviceToken device = DeviceToken.random(MailboxKey.of(email));
        store.put(new NewMail(MailKind.EMAIL_LOG_IN, null, email, language, device.hash()), clock.instant());
        outbox.wake();
        return device.text();
    }

    /**
     * The user who got this code, or this token, for this device. The address is proven.
     *
     * @param token null if there is a code
     * @throws Problem INVALID_CODE or TOO_MANY_REQUESTS
     */
    public Authentication confirm(String deviceToken, String token, String code) {
        DeviceToken device = DeviceToken.parse(deviceToken).orElseThrow(EmailLogIns::invalid);
        Proof proof = token != null
                ? Proof.ofToken(device, token)
                : Proof.ofCode(device, MailCode.parse(code).orElseThrow(EmailLogIns::invalid));
        return store.authenticate(proof, clock.instant()).orThrow(AuditEvent.LOGIN_FAILED);
    }

    /** Counts an attempt of a client. */
    public <T> T counted(Client client, Supplier<T> attempt) {
        return codeLimit.counted(client, attempt);
    }

    private static Problem invalid() {
        return new Problem(ErrorCode.INVALID_CODE);
    }
}
