package dev.latchkey.accounts;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.PasswordPolicy;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.KnownEndings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What users do with their own accounts. All methods throw INVALID_TOKEN for a user who does not exist any more. */
public final class Accounts {
    /** How long ago the password may have been given for what cannot be undone. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private final UserStore store;
    private final Credentials credentials;
    private final KnownEndings endings;
    private final Clock clock;

    public Accounts(UserStore store, Credentials credentials, KnownEndings endings, Clock clock) {
        this.store = store;
        this.credentials = credentials;
        this.endings = endings;
        this.clock = clock;
    }

    /** The account of the user. */
    public Profile read(String userId) {
        return store.find(userId).orElseThrow(Problem::tokenInvalid);
    }

    /**
     * Changes the account of the user, but for the username.
     *
     * @param change says what it is to be, from what it is; called again where somebody else has changed it meanwhile
     * @return the account as it is now
     * @throws Problem EMAIL_EXISTS
     */
    public Profile update(String userId, UnaryOperator<Profile> change) {
        while (true) {
            Profile before = read(userId);
            Profile after = change.apply(before);
            if (after.equals(before)) {
                return before;
            }
            if (replace(before.user(), after.user())) {
                AuditLog.record(AuditEvent.ACCOUNT_CHANGED, userId);
                return after;
            }
        }
    }

    private boolean replace(User before, User after) {
        if (!after.email().equals(before.email()) && store.isAsideForAnother(after)) {
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
        try {
            return store.update(before, after);
        } catch (ConstraintException e) {
            e.require(ConstraintException.Kind.UNIQUE);
            throw new Problem(ErrorCode.EMAIL_EXISTS);
        }
    }

    /**
     * Changes the password of the caller, and ends the sessions of everybody who knew the old one.
     *
     * @param client is counted as for a log-in: a stolen token is no way to try passwords without limits
     * @throws Problem INVALID_PASSWORD, INVALID_CREDENTIALS for another current password, TOO_MANY_REQUESTS, or UNAVAILABLE where
     *     too many passwords wait to be hashed
     */
    public void changePassword(Caller caller, String currentPassword, String newPassword, Client client) {
        User user = read(caller.userId()).user();
        PasswordPolicy.check(newPassword, user.username(), user.email(), user.fullName())
                .ifPresent(Accounts::refuse);
        Optional<List<EndedSession>> ended;
        do {
            Authentication checked = credentials
                    .confirm(caller.userId(), currentPassword, client)
                    .orElseThrow(Problem::invalidCredentials);
            // Empty if it was changed since; then it is the other one that counts.
            ended = store.changePassword(checked, credentials.hash(newPassword), caller.sessionId(), clock.instant());
        } while (ended.isEmpty());
        endings.add(ended.get());
        AuditLog.record(AuditEvent.PASSWORD_CHANGED, caller.userId(), "session_id", caller.sessionId());
    }

    private static void refuse(String reason) {
        throw new Problem(ErrorCode.INVALID_PASSWORD, List.of(new InvalidField("new_password", reason)));
    }

    /**
     * Deletes the caller, with every entry and every session.
     *
     * @throws Problem REAUTHENTICATION_REQUIRED if the caller has not given the password just now
     */
    public void delete(Caller caller) {
        if (!clock.instant().isBefore(caller.authenticatedAt().plus(FRESH))) {
            throw new Problem(ErrorCode.REAUTHENTICATION_REQUIRED);
        }
        List<EndedSession> ended =
                store.delete(caller.userId(), clock.instant()).orElseThrow(Problem::tokenInvalid);
        endings.add(ended);
        AuditLog.record(AuditEvent.ACCOUNT_DELETED, caller.userId());
    }
}
