package dev.latchkey.accounts;

import static dev.latchkey.server.audit.AuditEvent.REGISTRATION_SUCCEEDED;

import dev.latchkey.credentials.Credentials;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.util.UUID;

/** Makes accounts. */
final class Users {
    private final UserStore store;
    private final Credentials credentials;
    private final Clock clock;

    Users(UserStore store, Credentials credentials, Clock clock) {
        this.store = store;
        this.credentials = credentials;
        this.clock = clock;
    }

    /**
     * Makes an account.
     *
     * @throws Problem USERNAME_EXISTS, EMAIL_EXISTS, or UNAVAILABLE if too many passwords wait to be hashed
     */
    User register(Registration registration) {
        String usernameKey = CanonicalName.of(registration.username());
        String emailKey = CanonicalEmail.of(registration.email());
        // The insertion decides in the end; this avoids hashing a password in vain.
        store.findTaken(usernameKey, emailKey).ifPresent(Users::refuse);

        User user = new User(
                UUID.randomUUID().toString(),
                registration.username(),
                registration.email(),
                registration.fullName(),
                registration.age(),
                registration.gender());
        String passwordHash = credentials.hash(registration.password());
        store.insert(new Account(user, usernameKey, emailKey, passwordHash, clock.instant()))
                .ifPresent(Users::refuse);
        AuditLog.record(REGISTRATION_SUCCEEDED, user.id());
        return user;
    }

    private static void refuse(UserStore.Taken taken) {
        throw new Problem(taken == UserStore.Taken.USERNAME ? ErrorCode.USERNAME_EXISTS : ErrorCode.EMAIL_EXISTS);
    }
}
