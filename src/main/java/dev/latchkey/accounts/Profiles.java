package dev.latchkey.accounts;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What is known of each user, and how it changes. All methods return empty if there is no such user. */
final class Profiles {
    private final UserStore store;

    Profiles(UserStore store) {
        this.store = store;
    }

    Optional<Profile> find(String userId) {
        return store.find(userId);
    }

    /**
     * Changes the account of the user, except for the username.
     *
     * @param change computes the new account from the current one; called again if somebody else changed it meanwhile
     * @return the account as it is now
     * @throws Problem EMAIL_EXISTS
     */
    Optional<Profile> update(String userId, UnaryOperator<Profile> change) {
        while (true) {
            Optional<Profile> before = find(userId);
            Optional<Profile> after = before.map(change);
            if (after.equals(before)) {
                return before;
            }
            if (replace(before.get().user(), after.get().user())) {
                AuditLog.record(AuditEvent.ACCOUNT_CHANGED, userId);
                return after;
            }
        }
    }

    private boolean replace(User before, User after) {
        if (!after.email().equals(before.email()) && store.isMailboxOfAnother(after)) {
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
        try {
            return store.update(before, after);
        } catch (ConstraintException e) {
            e.require(ConstraintException.Kind.UNIQUE);
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
    }
}
