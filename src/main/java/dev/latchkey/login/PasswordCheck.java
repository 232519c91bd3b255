package dev.latchkey.login;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.recovery.Verifications;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;

/** Which users may log in by their passwords. */
final class PasswordCheck {
    private final Credentials credentials;
    private final Verifications verifications;

    /** {@code verifications} is null if users need not prove their e-mail addresses. */
    PasswordCheck(Credentials credentials, Verifications verifications) {
        this.credentials = credentials;
        this.verifications = verifications;
    }

    /**
     * The user with this name and password. Who has not proven the address, but has to, gets a mail for that; nobody learns of it who does not
     * know the password.
     *
     * @throws Problem INVALID_CREDENTIALS, EMAIL_NOT_VERIFIED, TOO_MANY_REQUESTS, or UNAVAILABLE if too many passwords wait to be checked
     */
    Authentication of(String username, String password, Visitor visitor) {
        Authentication user =
                credentials.authenticate(username, password, visitor.client()).orElseThrow(Problem::invalidCredentials);
        if (verifications != null
                && !verifications.isVerifiedElseRemind(user.userId(), visitor.language(), visitor.client())) {
            AuditLog.record(AuditEvent.LOGIN_FAILED, user.userId(), "reason", "unverified address");
            throw new Problem(ErrorCode.EMAIL_NOT_VERIFIED);
        }
        return user;
    }
}
