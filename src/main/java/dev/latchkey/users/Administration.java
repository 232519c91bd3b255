package dev.latchkey.users;

import static dev.latchkey.audit.AuditEvent.ACCOUNT_DELETED;
import static dev.latchkey.audit.AuditEvent.ACCOUNT_DISABLED;
import static dev.latchkey.audit.AuditEvent.ACCOUNT_ENABLED;
import static dev.latchkey.audit.AuditEvent.PASSWORD_CHANGED;
import static dev.latchkey.audit.AuditEvent.SESSIONS_ENDED;

import dev.latchkey.audit.AuditEvent;
import dev.latchkey.audit.AuditLog;
import dev.latchkey.names.CanonicalName;
import dev.latchkey.problem.Problem;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an operator does to accounts without their passwords. It runs beside servers, which learn from the store which sessions it has
 * ended.
 *
 * <p>Where a user is given by id, the answer is false or empty if there is none.
 */
public final class Administration {
    private final Users users;
    private final AdministrationStore store;
    private final AccountStore accounts;
    private final Clock clock;

    public Administration(Users users, AdministrationStore store, AccountStore accounts, Clock clock) {
        this.users = users;
        this.store = store;
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * Makes an account.
     *
     * @return its user id
     * @throws Problem USERNAME_EXISTS or EMAIL_EXISTS
     */
    public String create(Registration registration) {
        return users.register(registration).id();
    }

    /** The user of this name, in any spelling. */
    public Optional<AccountState> findByName(String username) {
        return store.findByName(CanonicalName.of(username), clock.instant());
    }

    /** The user of this id. */
    public Optional<AccountState> findById(String userId) {
        return store.findById(userId, clock.instant());
    }

    /** Ends all sessions, and lets nobody log in any more. */
    public boolean disable(String userId) {
        return recorded(ACCOUNT_DISABLED, userId, store.disable(userId, clock.instant()));
    }

    /** Undoes {@link #disable}; the sessions stay ended. */
    public boolean enable(String userId) {
        return recorded(ACCOUNT_ENABLED, userId, store.enable(userId));
    }

    /** Replaces the password by one that keeps the limits of the contract, and ends all sessions. */
    public boolean setPassword(String userId, String password) {
        return recorded(
                PASSWORD_CHANGED,
                userId,
                store.setPasswordHash(userId, users.passwords().hash(password), clock.instant()));
    }

    /** Deletes the account and everything that belongs to it. */
    public boolean delete(String userId) {
        return recorded(
                ACCOUNT_DELETED,
                userId,
                accounts.delete(userId, clock.instant()).isPresent());
    }

    /** Ends all sessions of a user, and says how many those were. */
    public OptionalInt endSessions(String userId) {
        OptionalInt ended = store.endSessions(userId, clock.instant());
        recorded(SESSIONS_ENDED, userId, ended.isPresent());
        return ended;
    }

    /** Ends the sessions of all users that began before now, and says how many those were. */
    public int endAllSessions() {
        int ended = store.endAllSessions(clock.instant());
        AuditLog.record(SESSIONS_ENDED, null, "of", "all users");
        return ended;
    }

    private static boolean recorded(AuditEvent event, String userId, boolean isDone) {
        if (isDone) {
            AuditLog.record(event, userId);
        }
        return isDone;
    }
}
