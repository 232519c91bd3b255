package dev.latchkey.accounts;

import static dev.latchkey.server.audit.AuditEvent.ACCOUNT_DELETED;
import static dev.latchkey.server.audit.AuditEvent.ACCOUNT_DISABLED;
import static dev.latchkey.server.audit.AuditEvent.ACCOUNT_ENABLED;
import static dev.latchkey.server.audit.AuditEvent.EMAIL_VERIFIED;
import static dev.latchkey.server.audit.AuditEvent.PASSWORD_CHANGED;
import static dev.latchkey.server.audit.AuditEvent.SESSIONS_ENDED;

import dev.latchkey.credentials.Credentials;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.EndedSession;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an operator does to accounts, without knowing passwords. It may run while servers run: they learn from the store which sessions
 * it has ended.
 *
 * <p>Methods that take a user id return false or empty if there is no such user.
 */
public final class Administration {
    private final Users users;
    private final Credentials credentials;
    private final UserStore store;
    private final UserAccessStore access;
    private final AccountRecords records;
    private final Clock clock;

    Administration(
            Users users,
            Credentials credentials,
            UserStore store,
            UserAccessStore access,
            AccountRecords records,
            Clock clock) {
        this.users = users;
        this.credentials = credentials;
        this.store = store;
        this.access = access;
        this.records = records;
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

    /** The user of this name, in any case and Unicode form. */
    public Optional<AccountState> findByName(String username) {
        return store.findStateByName(CanonicalName.of(username), clock.instant());
    }

    /** The user of this id. */
    public Optional<AccountState> findById(String userId) {
        return store.findStateById(userId, clock.instant());
    }

    /** Ends all sessions of the user, and refuses further log-ins. */
    public boolean disable(String userId) {
        return recorded(
                ACCOUNT_DISABLED,
                userId,
                access.disable(userId, clock.instant()).isPresent());
    }

    /** Undoes {@link #disable}; the sessions stay ended. */
    public boolean enable(String userId) {
        return recorded(ACCOUNT_ENABLED, userId, access.enable(userId));
    }

    /** Sets the password, which must meet the contract's constraints, ends all sessions, and tells the user. */
    public boolean setPassword(String userId, String password) {
        NewMail notice = store.find(userId)
                .map(Profile::user)
                .map(user -> new NewMail(MailKind.PASSWORD_CHANGED, userId, user.email(), null, null))
                .orElse(null);
        return recorded(
                PASSWORD_CHANGED,
                userId,
                access.setPassword(userId, credentials.hash(password), notice, clock.instant())
                        .isPresent());
    }

    /** Makes the e-mail address of the account a proven one, as if the user had confirmed it. */
    public boolean verifyEmail(String userId) {
        return recorded(EMAIL_VERIFIED, userId, store.verifyEmail(userId, clock.instant()));
    }

    /** Deletes the account and everything that belongs to it. */
    public boolean delete(String userId) {
        return recorded(
                ACCOUNT_DELETED, userId, access.delete(userId, clock.instant()).isPresent());
    }

    /** Ends all sessions of a user, and returns how many. */
    public OptionalInt endSessions(String userId) {
        Optional<List<EndedSession>> found = access.endSessions(userId, clock.instant());
        OptionalInt ended = found.isPresent() ? OptionalInt.of(found.get().size()) : OptionalInt.empty();
        recorded(SESSIONS_ENDED, userId, ended.isPresent());
        return ended;
    }

    /** Ends all sessions of all users that began before now, and returns how many. */
    public int endAllSessions() {
        int ended = access.endAllSessions(clock.instant());
        AuditLog.record(SESSIONS_ENDED, null, "of", "all users");
        return ended;
    }

    /** What is recorded of users. */
    public AccountRecords records() {
        return records;
    }

    private static boolean recorded(AuditEvent event, String userId, boolean isDone) {
        if (isDone) {
            AuditLog.record(event, userId);
        }
        return isDone;
    }
}
