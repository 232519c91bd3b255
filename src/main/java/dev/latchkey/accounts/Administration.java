package dev.latchkey.accounts;

import static dev.latchkey.server.audit.AuditEvent.ACCOUNT_DELETED;
import static dev.latchkey.server.audit.AuditEvent.ACCOUNT_DISABLED;
import static dev.latchkey.server.audit.AuditEvent.ACCOUNT_ENABLED;
import static dev.latchkey.server.audit.AuditEvent.PASSWORD_CHANGED;
import static dev.latchkey.server.audit.AuditEvent.SESSIONS_ENDED;

import dev.latchkey.credentials.Credentials;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.SessionEndingStore;
import java.time.Clock;
import java.util.List;
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
    private final Credentials credentials;
    private final UserStore store;
    private final SessionEndingStore sessions;
    private final Clock clock;

    public Administration(
            Users users, Credentials credentials, UserStore store, SessionEndingStore sessions, Clock clock) {
        this.users = users;
        this.credentials = credentials;
        this.store = store;
        this.sessions = sessions;
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
        return store.findStateByName(CanonicalName.of(username), clock.instant());
    }

    /** The user of this id. */
    public Optional<AccountState> findById(String userId) {
        return store.findStateById(userId, clock.instant());
    }

    /** Ends all sessions, and lets nobody log in any more. */
    public boolean disable(String userId) {
        return recorded(
                ACCOUNT_DISABLED, userId, store.disable(userId, clock.instant()).isPresent());
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
                store.setPassword(userId, credentials.hash(password), clock.instant())
                        .isPresent());
    }

    /** Deletes the account and everything that belongs to it. */
    public boolean delete(String userId) {
        return recorded(
                ACCOUNT_DELETED, userId, store.delete(userId, clock.instant()).isPresent());
    }

    /** Ends all sessions of a user, and says how many those were. */
    public OptionalInt endSessions(String userId) {
        Optional<List<EndedSession>> found = store.endSessions(userId, clock.instant());
        OptionalInt ended = found.isPresent() ? OptionalInt.of(found.get().size()) : OptionalInt.empty();
        recorded(SESSIONS_ENDED, userId, ended.isPresent());
        return ended;
    }

    /** Ends the sessions of all users that began before now, and says how many those were. */
    public int endAllSessions() {
        int ended = sessions.endAllOfAllUsers(clock.instant());
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
