package dev.latchkey.accounts;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.PasswordPolicy;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.auth.Caller;
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

/** What users do with their own accounts. All methods throw INVALID_TOKEN if the user no longer exists. */
public final class Accounts {
    /** The max age of a log-in that authorizes what cannot be undone. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private final UserAccessStore access;
    private final Profiles profiles;
    private final Credentials credentials;
    private final KnownEndings knownEndings;
    private final Clock clock;

    Accounts(
            UserAccessStore access,
            Profiles profiles,
            Credentials credentials,
            KnownEndings knownEndings,
            Clock clock) {
        this.access = access;
        this.profiles = profiles;
        this.credentials = credentials;
        this.knownEndings = knownEndings;
        this.clock = clock;
    }

    /** The account of the user. */
    public Profile read(String userId) {
        return profiles.find(userId).orElseThrow(Problem::tokenInvalid);
    }

    /**
     * Changes the account of the user, except for the username.
     *
     * @param change computes the new account from the current one; called again if somebody else changed it meanwhile
     * @return the account as it is now
     * @throws Problem EMAIL_EXISTS, or TOO_MANY_REQUESTS if no mail may be sent to an address that has to be confirmed
     */
    Profile update(String userId, UnaryOperator<Profile> change, Requester requester) {
        return profiles.update(userId, change, requester).orElseThrow(Problem::tokenInvalid);
    }

    /** Whether users have to confirm another address. */
    boolean areAddressesConfirmed() {
        return profiles.areAddressesConfirmed();
    }

    /**
     * Changes the password of the caller, and ends all other sessions: somebody else may know the old password.
     *
     * @param requester whose client is counted as for a log-in, so that a stolen token does not allow unlimited guesses of the password
     * @throws Problem INVALID_PASSWORD, INVALID_CREDENTIALS for a wrong current password, TOO_MANY_REQUESTS, or UNAVAILABLE if
     *     too many passwords wait to be hashed
     */
    void changePassword(Caller caller, String currentPassword, String newPassword, Requester requester) {
        User user = read(caller.userId()).user();
        PasswordPolicy.check(newPassword, user.username(), user.email(), user.fullName())
                .ifPresent(Accounts::refuse);
        Optional<List<EndedSession>> ended;
        NewMail notice = null;
        do {
            Authentication checked = credentials
                    .confirm(caller.userId(), currentPassword, requester.client())
                    .orElseThrow(Problem::invalidCredentials);
            notice = notice == null ? profiles.notice(MailKind.PASSWORD_CHANGED, user, requester.language()) : notice;
            // Empty if the password was changed since the check; then check against the new one.
            ended = access.changePassword(
                    checked, credentials.hash(newPassword), caller.sessionId(), notice, clock.instant());
        } while (ended.isEmpty());
        knownEndings.add(ended.get());
        profiles.wakeOutbox();
        AuditLog.record(AuditEvent.PASSWORD_CHANGED, caller.userId(), "session_id", caller.sessionId());
    }

    private static void refuse(String reason) {
        throw new Problem(ErrorCode.INVALID_PASSWORD, List.of(new InvalidField("new_password", reason)));
    }

    /**
     * Deletes the caller, with every entry and every session.
     *
     * @throws Problem REAUTHENTICATION_REQUIRED if the caller's log-in is older than {@link #FRESH}
     */
    public void delete(Caller caller) {
        if (!clock.instant().isBefore(caller.authenticatedAt().plus(FRESH))) {
            throw new Problem(ErrorCode.REAUTHENTICATION_REQUIRED);
        }
        List<EndedSession> ended =
                access.delete(caller.userId(), clock.instant()).orElseThrow(Problem::tokenInvalid);
        knownEndings.add(ended);
        AuditLog.record(AuditEvent.ACCOUNT_DELETED, caller.userId());
    }
}
