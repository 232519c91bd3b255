package dev.latchkey.credentials.recovery;

import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;

/** Proves that users read the mail of their addresses. */
public final class Verifications {
    private final HolderStore holders;
    private final RecoveryStore store;
    private final Outbox outbox;
    private final MailLimits limits;
    private final Clock clock;

    Verifications(HolderStore holders, RecoveryStore store, Outbox outbox, MailLimits limits, Clock clock) {
        this.holders = holders;
        this.store = store;
        this.outbox = outbox;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Where a mail goes.
     *
     * @param isSent false if the address is proven already
     */
    record Requested(String email, boolean isSent) {}

    /**
     * Sends a mail to the address that waits to be proven.
     *
     * @param language of the request, or null
     * @throws Problem TOO_MANY_REQUESTS, or INVALID_TOKEN if there is no such user
     */
    Requested request(String userId, String language, Client client) {
        Holder holder = holders.findById(userId).orElseThrow(Problem::tokenInvalid);
        String address = holder.unproven();
        if (address == null) {
            return new Requested(holder.email(), false);
        }
        limits.take(client, address, userId);
        if (!send(userId, address, language)) {
            throw Problem.tokenInvalid();
        }
        return new Requested(address, true);
    }

    /** Returns false if the account was deleted a moment ago. */
    private boolean send(String userId, String address, String language) {
        try {
            store.put(new NewMail(MailKind.EMAIL_VERIFICATION, userId, address, language, null), clock.instant());
        } catch (ConstraintException deleted) {
            deleted.require(ConstraintException.Kind.REFERENCE);
            return false;
        }
        outbox.wake();
        return true;
    }

    /**
     * Whether the user has proven the address of the account. If not, a mail is sent there, within the limits: not to one that waits to take
     * its place, which may be mistyped.
     *
     * @param language of the request, or null
     */
    public boolean isVerifiedElseRemind(String userId, String language, Client client) {
        Holder holder = holders.findById(userId).orElse(null);
        if (holder == null || holder.isVerified()) {
            // Where the account is gone, the log-in fails by itself.
            return true;
        }
        if (limits.grant(client, holder.email(), userId)) {
            // False where the account was deleted a moment ago.
            return !send(userId, holder.email(), language);
        }
        return false;
    }

    /**
     * Proves an address by what was mailed to it.
     *
     * @throws Problem INVALID_CODE, EMAIL_EXISTS if it is another account's by now, or TOO_MANY_REQUESTS
     */
    void confirm(Proof proof) {
        RecoveryStore.Proven proven;
        try {
            proven = store.verify(proof, clock.instant()).orThrow(AuditEvent.EMAIL_VERIFICATION_FAILED);
        } catch (ConstraintException taken) {
            taken.require(ConstraintException.Kind.UNIQUE);
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
        AuditLog.record(proven.isNew() ? AuditEvent.EMAIL_CHANGED : AuditEvent.EMAIL_VERIFIED, proven.userId());
    }
}
