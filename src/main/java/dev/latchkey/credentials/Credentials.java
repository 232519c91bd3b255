package dev.latchkey.credentials;

import static dev.latchkey.server.audit.AuditEvent.LOGIN_FAILED;
import static dev.latchkey.server.audit.AuditEvent.PASSWORD_CHANGE_FAILED;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.server.problem.Problem;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells by a password who somebody is. Every attempt is counted before it is looked at: {@link LogInLimits}. */
public final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    private final CredentialStore store;
    private final KnownAddresses addresses;
    private final LogInLimits limits;
    private final Passwords passwords;

    public Credentials(CredentialStore store, KnownAddresses addresses, LogInLimits limits, Passwords passwords) {
        this.store = store;
        this.addresses = addresses;
        this.limits = limits;
        this.passwords = passwords;
    }

    /**
     * The user whose name and password these are, if the account is not disabled. An unknown name takes the same time as a wrong
     * password, unless that user has not logged in since the parameters of hashing were changed.
     *
     * @throws Problem TOO_MANY_REQUESTS after too many failures, or UNAVAILABLE where too many passwords wait to be checked
     */
    public Optional<Authentication> authenticate(String username, String password, Client client) {
        String usernameKey = CanonicalName.of(username);
        LogInLimits.Attempt attempt = limits.begin(usernameKey, client);
        try {
            Optional<Authentication> user = check(store.findByName(usernameKey).orElse(null), password);
            if (user.isPresent()) {
                attempt.takeBack();
                addresses.remember(user.get().userId(), client.address());
            }
            return user;
        } catch (Problem | UnavailableException untried) {
            attempt.takeBack();
            throw untried;
        }
    }

    /** {@code found} is null for a name that nobody has. */
    private Optional<Authentication> check(StoredCredentials found, String password) {
        Passwords.Outcome outcome = passwords.check(password, found == null ? null : found.passwordHash());
        if (found == null) {
            return failed(null, "unknown user");
        }
        if (outcome == Passwords.Outcome.WRONG) {
            return failed(found.userId(), "wrong password");
        }
        if (found.isDisabled()) {
            return failed(found.userId(), "disabled account");
        }
        if (outcome == Passwords.Outcome.RIGHT_BUT_OUTDATED) {
            rehash(found, password);
        }
        return Optional.of(new Authentication(found.userId(), found.passwordVersion()));
    }

    private static Optional<Authentication> failed(String userId, String reason) {
        AuditLog.record(LOGIN_FAILED, userId, "reason", reason);
        return Optional.empty();
    }

    /** Brings the hash up to the form and the parameters of today; if now is not the time, the next log-in will. */
    private void rehash(StoredCredentials credentials, String password) {
        try {
            store.replaceHash(credentials.userId(), credentials.passwordHash(), passwords.hash(password));
        } catch (Problem | UnavailableException busy) {
            LOG.debug("The hash of user {} stays as it is", credentials.userId(), busy);
        }
    }

    /**
     * Has a user who is logged in give the password once more. Counted as a log-in: a stolen token is no way to try passwords
     * without limits.
     *
     * @return empty if the password is wrong
     * @throws Problem INVALID_TOKEN if the user does not exist any more or is disabled; or as {@link #authenticate} does
     */
    public Optional<Authentication> confirm(String userId, String password, Client client) {
        StoredCredentials credentials =
                store.findById(userId).filter(found -> !found.isDisabled()).orElseThrow(Problem::tokenInvalid);
        LogInLimits.Attempt attempt = limits.begin(credentials.usernameKey(), client);
        try {
            if (!passwords.matches(password, credentials.passwordHash())) {
                AuditLog.record(PASSWORD_CHANGE_FAILED, userId, "reason", "wrong password");
                return Optional.empty();
            }
        } catch (Problem | UnavailableException untried) {
            attempt.takeBack();
            throw untried;
        }
        attempt.takeBack();
        return Optional.of(new Authentication(userId, credentials.passwordVersion()));
    }

    /**
     * The hash to store for a password.
     *
     * @throws Problem UNAVAILABLE where too many passwords wait to be hashed
     */
    public String hash(String password) {
        return passwords.hash(password);
    }
}
