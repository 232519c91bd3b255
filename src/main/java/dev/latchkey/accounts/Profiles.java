package dev.latchkey.accounts;

import dev.latchkey.credentials.recovery.MailLimits;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What is known of each user, and how it changes. All methods return empty if there is no such user. */
final class Profiles {
    private final UserStore store;
    private final MailLimits mailLimits;
    private final Clock clock;

    Profiles(UserStore store, MailLimits mailLimits, Clock clock) {
        this.store = store;
        this.mailLimits = mailLimits;
        this.clock = clock;
    }

    Optional<Profile> find(String userId) {
        return store.find(userId);
    }

    /** Has the mails sent that were left; to be called after the commit. */
    void wakeOutbox() {
        store.wakeOutbox();
    }

    /** Whether the user has to confirm another address. */
    boolean areAddressesConfirmed() {
        return store.sendsMails();
    }

    /**
     * Changes the account of the user, except for the username.
     *
     * @param change computes the new account from the current one; called again if somebody else changed it meanwhile
     * @param requester null for an operator, who gives no address that has to be confirmed
     * @return the account as it is now
     * @throws Problem EMAIL_EXISTS, or TOO_MANY_REQUESTS if no mail may be sent to an address that has to be confirmed
     */
    Optional<Profile> update(String userId, UnaryOperator<Profile> change, Requester requester) {
        String counted = null;
        while (true) {
            Profile before = find(userId).orElse(null);
            if (before == null) {
                return Optional.empty();
            }
            Profile after = change.apply(before);
            if (after.equals(before)) {
                return Optional.of(before);
            }
            boolean isToMove = after.isToMoveSince(before);
            requireFree(before, after);
            if (isToMove && !after.pendingEmail().equals(counted)) {
                mailLimits.take(requester.client(), after.pendingEmail(), userId);
                counted = after.pendingEmail();
            }
            if (replace(before, after, isToMove ? mails(before, after, requester.language()) : List.of())) {
                AuditLog.record(AuditEvent.ACCOUNT_CHANGED, userId);
                if (isToMove) {
                    AuditLog.record(AuditEvent.EMAIL_CHANGE_REQUESTED, userId);
                    store.wakeOutbox();
                }
                return Optional.of(after);
            }
        }
    }

    private void requireFree(Profile before, Profile after) {
        String userId = before.user().id();
        String email = after.user().email();
        boolean isTaken = (!email.equals(before.user().email()) && store.isMailboxOfAnother(userId, email))
                || (after.isToMoveSince(before) && store.isMailboxOfAnother(userId, after.pendingEmail()));
        if (isTaken) {
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
    }

    /** One to the new address, to confirm it, and one to the current one: if it was not the user, that is the time to act. */
    private List<NewMail> mails(Profile before, Profile after, String language) {
        String userId = before.user().id();
        return Stream.of(
                        new NewMail(MailKind.EMAIL_VERIFICATION, userId, after.pendingEmail(), language, null),
                        notice(MailKind.EMAIL_CHANGE_REQUESTED, before.user(), language))
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * What tells the user of a change, at the address of now: who has taken the account over may change it before the mail is sent. Null if
     * there are no mails, or were too many.
     */
    NewMail notice(MailKind kind, User user, String language) {
        return store.sendsMails() && mailLimits.grantNotice(user.email(), user.id())
                ? new NewMail(kind, user.id(), user.email(), language, null)
                : null;
    }

    private boolean replace(Profile before, Profile after, List<NewMail> mails) {
        try {
            return store.update(before, after, mails, clock.instant());
        } catch (ConstraintException e) {
            e.require(ConstraintException.Kind.UNIQUE);
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
    }
}
