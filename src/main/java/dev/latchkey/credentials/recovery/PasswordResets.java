package dev.latchkey.credentials.recovery;

import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.PasswordPolicy;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.KnownEndings;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Lets users set a new password who have lost theirs. */
final class PasswordResets {
    private final RecoveryStore store;
    private final Credentials credentials;
    private final KnownEndings knownEndings;
    private final Outbox outbox;
    private final Clock clock;

    PasswordResets(
            RecoveryStore store, Credentials credentials, KnownEndings knownEndings, Outbox outbox, Clock clock) {
        this.store = store;
        this.credentials = credentials;
        this.knownEndings = knownEndings;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Sends a mail to the user with this address, if there is one: who sends it finds out. {@code language} may be null. */
    void request(String email, String language) {
        store.put(new NewMail(MailKind.PASSWORD_RESET, null, email, language, null), clock.instant());
        outbox.wake();
    }

    /**
     * Sets a new password, ends all sessions of the user, and proves the address. A good code is used up only if that is done.
     *
     * @param language of the request, or null
     * @throws Problem INVALID_CODE, INVALID_PASSWORD, TOO_MANY_REQUESTS, or UNAVAILABLE if too many passwords wait to be hashed
     */
    void confirm(Proof proof, String newPassword, String language) {
        StoredCode code =
                store.check(Purpose.PASSWORD_RESET, proof, clock.instant()).orThrow(AuditEvent.PASSWORD_RESET_FAILED);
        Holder holder = code.holder();
        String hash = hash(proof, holder, newPassword);
        NewMail notice = new NewMail(MailKind.PASSWORD_CHANGED, holder.userId(), holder.email(), language, null);
        Optional<List<EndedSession>> ended = store.resetPassword(proof, code, hash, notice, clock.instant());
        if (ended.isEmpty()) {
            AuditLog.record(AuditEvent.PASSWORD_RESET_FAILED, holder.userId(), "reason", "used code");
            throw new Problem(ErrorCode.INVALID_CODE);
        }
        knownEndings.add(ended.get());
        AuditLog.record(AuditEvent.PASSWORD_RESET_SUCCEEDED, holder.userId());
        outbox.wake();
    }

    /** The code was good, so it does not count as an attempt if the password is not, or cannot be hashed now. */
    private String hash(Proof proof, Holder holder, String password) {
        boolean isHashed = false;
        try {
            Optional<String> reason =
                    PasswordPolicy.check(password, holder.username(), holder.email(), holder.fullName());
            if (reason.isPresent()) {
                throw new Problem(ErrorCode.INVALID_PASSWORD, List.of(new InvalidField("new_password", reason.get())));
            }
            String hash = credentials.hash(password);
            isHashed = true;
            return hash;
        } finally {
            if (!isHashed) {
                store.giveBack(Purpose.PASSWORD_RESET, proof);
            }
        }
    }
}
