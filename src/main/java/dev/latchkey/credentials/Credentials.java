package dev.latchkey.credentials;

import static dev.latchkey.server.audit.AuditEvent.LOGIN_FAILED;
import static dev.latchkey.server.audit.AuditEvent.PASSWORD_CHANGE_FAILED;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.server.problem.Problem;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Authenticates users by their passwords. Every attempt is counted before it is checked: {@link LogInLimits}. */
public final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    private final CredentialStore store;
    private final KnownAddresses addresses;
    private final LogInLimits limits;
    private final Passwords passwords;
    private final boolean isByAddress;

    /** {@code isByAddress} is whether e-mail addresses may stand in place of usernames. */
    public Credentials(
            CredentialStore store,
            KnownAddresses addresses,
            LogInLimits limits,
            Passwords passwords,
            boolean isByAddress) {
        this.store = store;
        this.addresses = addresses;
        this.limits = limits;
        this.passwords = passwords;
        this.isByAddress = isByAddress;
    }

    /**
     * The user with this name and password, if the account is not disabled. An unknown name takes the same time as a wrong password,
     * unless the user has not logged in since the hashing parameters were changed.
     *
     * @param username or the e-mail address, if that is allowed
     *
     * @throws Problem TOO_MANY_REQUESTS after too many failures, or UNAVAILABLE if too many passwords wait to be checked
     */
    public Optional<Authentication> authenticate(String username, String password, Client client) {
        String usernameKey = usernameKey(username);
        LogInLimits.Attempt attempt = limits.begin(usernameKey, client);
        Optional<Authentication> user =
                counted(attempt, () -> check(store.findByName(usernameKey).orElse(null), password));
        user.ifPresent(found -> addresses.remember(found.userId(), client.address()));
        return user;
    }

    /** By name and by address, attempts are counted in the same place. */
    private String usernameKey(String given) {
        // No username has such a sign.
        if (!isByAddress || given.indexOf('@') < 0) {
            return CanonicalName.of(given);
        }
        String emailKey = CanonicalEmail.of(given);
        return store.findName(emailKey).orElse(emailKey);
    }

    /** Leaves an attempt counted only if it was made and failed. */
    private static Optional<Authentication> counted(
            LogInLimits.Attempt attempt, Supplier<Optional<Authentication>> check) {
        Optional<Authentication> user;
        try {
            user = check.get();
        } catch (Problem | UnavailableException untried) {
            attempt.giveBack();
            throw untried;
        }
        if (user.isPresent()) {
            attempt.giveBack();
        }
        return user;
    }

    /** {@code found} is null for an unknown name. */
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

    /** Replaces an outdated hash. If the server is too busy for that, the next log-in does it. */
    private void rehash(StoredCredentials credentials, String password) {
        try {
            store.replaceHash(credentials.userId(), credentials.passwordHash(), passwords.hash(password));
        } catch (Problem | UnavailableException busy) {
            LOG.debug("The password hash of user {} was not updated", credentials.userId(), busy);
        }
    }

    /**
     * Checks the password of a user who is logged in. Counted as a log-in, so that a stolen token does not allow unlimited guesses.
     *
     * @return empty if the password is wrong
     * @throws Problem INVALID_TOKEN if the user no longer exists or is disabled; or as {@link #authenticate}
     */
    public Optional<Authentication> confirm(String userId, String password, Client client) {
        StoredCredentials credentials =
                store.findById(userId).filter(found -> !found.isDisabled()).orElseThrow(Problem::tokenInvalid);
        LogInLimits.Attempt attempt = limits.begin(credentials.usernameKey(), client);
        return counted(attempt, () -> {
            if (!passwords.matches(password, credentials.passwordHash())) {
                AuditLog.record(PASSWORD_CHANGE_FAILED, userId, "reason", "wrong password");
                return Optional.empty();
            }
            return Optional.of(new Authentication(userId, credentials.passwordVersion()));
        });
    }

    /**
     * The hash to store for a password.
     *
     * @throws Problem UNAVAILABLE if too many passwords wait to be hashed
     */
    public String hash(String password) {
        return passwords.hash(password);
    }

    /** What to store in place of a hash where no password is to be right any more. */
    public String unmatchableHash() {
        return passwords.unmatchable();
    }
}
