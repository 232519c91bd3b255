package dev.latchkey.users;

import static dev.latchkey.audit.AuditEvent.LOGIN_FAILED;
import static dev.latchkey.audit.AuditEvent.REGISTRATION_SUCCEEDED;

import dev.latchkey.audit.AuditLog;
import dev.latchkey.names.CanonicalEmail;
import dev.latchkey.names.CanonicalName;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accounts and their passwords. */
public final class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private final UserStore store;
    private final Passwords passwords;
    private final Clock clock;

    /** {@code hashing} is the bounded pool that passwords are hashed on. */
    public Users(UserStore store, ExecutorService hashing, PasswordSettings settings, Clock clock) {
        this.store = store;
        this.passwords = new Passwords(hashing, settings);
        this.clock = clock;
    }

    /**
     * Makes an account.
     *
     * @throws Problem USERNAME_EXISTS, EMAIL_EXISTS, or UNAVAILABLE where too many passwords wait to be hashed
     */
    User register(Registration registration) {
        String usernameKey = CanonicalName.of(registration.username());
        String emailKey = CanonicalEmail.of(registration.email());
        // The table decides in the end; this saves hashing a password for nothing.
        store.findTaken(usernameKey, emailKey).ifPresent(Users::refuse);

        User user = new User(
                UUID.randomUUID().toString(),
                registration.username(),
                registration.email(),
                registration.fullName(),
                registration.age(),
                registration.gender());
        String passwordHash = passwords.hash(registration.password());
        store.insert(new Account(user, usernameKey, emailKey, passwordHash, clock.instant()))
                .ifPresent(Users::refuse);
        AuditLog.record(REGISTRATION_SUCCEEDED, user.id());
        return user;
    }

    /** For what else there is to do with passwords: they share one pool. */
    Passwords passwords() {
        return passwords;
    }

    private static void refuse(UserStore.Taken taken) {
        throw new Problem(taken == UserStore.Taken.USERNAME ? ErrorCode.USERNAME_EXISTS : ErrorCode.EMAIL_EXISTS);
    }

    /** A user who has given the right password, and which version of it that was. */
    public record Authentication(String userId, int passwordVersion) {}

    /**
     * The user whose name and password these are, if the account is not disabled. An unknown name takes the same time as a wrong
     * password, unless that user has not logged in since the parameters of hashing were changed.
     *
     * @throws Problem UNAVAILABLE where too many passwords wait to be hashed
     */
    public Optional<Authentication> authenticate(String username, String password) {
        Optional<UserStore.Credentials> found = store.findCredentials(CanonicalName.of(username));
        String hash = found.map(UserStore.Credentials::passwordHash).orElse(null);
        Passwords.Outcome outcome = passwords.check(password, hash);
        String userId = found.map(UserStore.Credentials::userId).orElse(null);
        if (outcome == Passwords.Outcome.WRONG) {
            AuditLog.record(LOGIN_FAILED, userId, "reason", found.isEmpty() ? "unknown user" : "wrong password");
            return Optional.empty();
        }
        UserStore.Credentials credentials = found.orElseThrow();
        if (credentials.isDisabled()) {
            AuditLog.record(LOGIN_FAILED, userId, "reason", "disabled account");
            return Optional.empty();
        }
        if (outcome == Passwords.Outcome.RIGHT_BUT_OUTDATED) {
            rehash(credentials, password);
        }
        return Optional.of(new Authentication(userId, credentials.passwordVersion()));
    }

    /** Brings the hash up to the form and the parameters of today; if now is not the time, the next log-in will. */
    private void rehash(UserStore.Credentials credentials, String password) {
        try {
            store.replaceHash(credentials.userId(), credentials.passwordHash(), passwords.hash(password));
        } catch (Problem unavailable) {
            LOG.debug("The hash of user {} stays as it is: {}", credentials.userId(), unavailable.code());
        }
    }
}
