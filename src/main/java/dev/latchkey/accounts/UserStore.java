package dev.latchkey.accounts;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.data.UserDataStore;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.SessionEndingStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * The table {@code users}.
 *
 * <p>Every change that invalidates log-ins increments {@code password_version}, and so locks the user's row first, as a log-in does.
 * So no concurrent log-in adds a session that the change would miss.
 */
final class UserStore {
    /** All accounts as an operator sees them at {@code :now}; a condition can be added. */
    static final String STATE = """
            SELECT id, username, username_key, email, email_key, full_name, created_at, disabled_at,
                   (SELECT count(*) FROM sessions WHERE user_id = users.id AND expires_at > :now) AS sessions
            FROM users""";

    private final Database database;
    private final SessionEndingStore endingStore;

    UserStore(Database database, SessionEndingStore endingStore) {
        this.database = database;
        this.endingStore = endingStore;
    }

    /** Which name another account already has; USERNAME if both are taken. */
    enum Taken {
        USERNAME,
        EMAIL
    }

    /**
     * Inserts the account unless one of the two names is taken; the constraints of the table decide.
     *
     * @param requestHash of the request, if it may be sent again, or null
     */
    Optional<Taken> insert(Account account, String requestHash) {
        return database.write(handle -> {
            while (!tryInsert(handle, account)) {
                Optional<Taken> taken = taken(handle, account.usernameKey(), account.emailKey());
                if (taken.isPresent()) {
                    return taken;
                }
                // The account that had the name was deleted in between.
            }
            if (requestHash != null) {
                RegistrationStore.put(handle, requestHash, account.user().id(), account.createdAt());
            }
            return Optional.empty();
        });
    }

    private static boolean tryInsert(Handle handle, Account account) {
        User user = account.user();
        return handle.createUpdate("""
                INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, age, gender, created_at)
                VALUES (:id, :username, :usernameKey, :email, :emailKey, :passwordHash, :fullName, :age, :gender, :createdAt)
                ON CONFLICT DO NOTHING
                """)
                        .bind("id", user.id())
                        .bind("username", user.username())
                        .bind("email", user.email())
                        .bind("fullName", user.fullName())
                        .bind("age", user.age())
                        .bind("gender", user.gender())
                        .bind("usernameKey", account.usernameKey())
                        .bind("emailKey", account.emailKey())
                        .bind("passwordHash", account.passwordHash())
                        .bind("createdAt", account.createdAt().toEpochMilli())
                        .execute()
                == 1;
    }

    /**
     * What would make an insertion fail now. A mailbox that another user has in an {@linkplain CanonicalEmail#aside aside} form counts
     * as taken, too: no constraint covers those forms, but only a migration makes them, so they need no lock.
     */
    Optional<Taken> findTaken(String usernameKey, String emailKey) {
        return database.read(handle -> taken(handle, usernameKey, emailKey));
    }

    private static Optional<Taken> taken(Handle handle, String usernameKey, String emailKey) {
        return handle.createQuery("""
                SELECT 'USERNAME' AS taken FROM users WHERE username_key = :usernameKey
                UNION ALL
                SELECT 'EMAIL' FROM users WHERE email_key = :emailKey
                UNION ALL
                SELECT 'EMAIL' FROM users WHERE email_key > :beforeAside AND email_key < :afterAside
                ORDER BY taken DESC
                LIMIT 1
                """)
                .bind("usernameKey", usernameKey)
                .bind("emailKey", emailKey)
                .bind("beforeAside", CanonicalEmail.beforeAside(emailKey))
                .bind("afterAside", CanonicalEmail.afterAside(emailKey))
                .mapTo(Taken.class)
                .findOne();
    }

    /** The account as its user sees it. */
    Optional<Profile> find(String userId) {
        return database.read(handle -> handle.createQuery("""
                SELECT id, username, email, full_name, age, gender, created_at FROM users WHERE id = :userId
                """)
                .bind("userId", userId)
                .map((row, context) -> new Profile(
                        new User(
                                row.getString("id"),
                                row.getString("username"),
                                row.getString("email"),
                                row.getString("full_name"),
                                row.getObject("age") == null ? null : row.getInt("age"),
                                row.getString("gender")),
                        Instant.ofEpochMilli(row.getLong("created_at"))))
                .findOne());
    }

    /** The account as an operator sees it. */
    Optional<AccountState> findStateByName(String usernameKey, Instant now) {
        return database.read(handle -> state(handle, "WHERE username_key = :key", usernameKey, now));
    }

    /** The account as an operator sees it. */
    Optional<AccountState> findStateById(String userId, Instant now) {
        return database.read(handle -> state(handle, "WHERE id = :key", userId, now));
    }

    private static Optional<AccountState> state(Handle handle, String condition, String key, Instant now) {
        return handle.createQuery(STATE + " " + condition)
                .bind("key", key)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> state(row))
                .findOne();
    }

    static AccountState state(ResultSet row) throws SQLException {
        long disabledAt = row.getLong("disabled_at");
        Instant disabled = row.wasNull() ? null : Instant.ofEpochMilli(disabledAt);
        return new AccountState(
                row.getString("id"),
                row.getString("username"),
                row.getString("email"),
                row.getString("full_name"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                disabled,
                row.getInt("sessions"));
    }

    /** Whether another user has this mailbox under an {@linkplain CanonicalEmail#aside aside} form, which no constraint covers. */
    boolean isMailboxOfAnother(User user) {
        String emailKey = CanonicalEmail.of(user.email());
        return database.read(handle -> handle.createQuery("""
                SELECT 1 FROM users WHERE email_key > :beforeAside AND email_key < :afterAside AND id <> :id LIMIT 1
                """)
                .bind("beforeAside", CanonicalEmail.beforeAside(emailKey))
                .bind("afterAside", CanonicalEmail.afterAside(emailKey))
                .bind("id", user.id())
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    /**
     * Replaces {@code before} by {@code after}. An unchanged address keeps its stored canonical form, because a migration may have
     * given it another one than it would get now.
     *
     * @return false, and nothing is changed, if the account is no longer {@code before}
     * @throws dev.latchkey.server.database.ConstraintException if the e-mail address is another account's
     */
    boolean update(User before, User after) {
        String newEmailKey = after.email().equals(before.email()) ? null : CanonicalEmail.of(after.email());
        return database.write(handle -> handle.createUpdate("""
                        UPDATE users SET email = :email, email_key = COALESCE(:newEmailKey, email_key), full_name = :fullName, age = :age,
                            gender = :gender
                        WHERE id = :id AND email = :emailBefore AND full_name = :fullNameBefore AND gender = :genderBefore
                          AND COALESCE(age, 0) = :ageBefore
                        """)
                        .bind("id", before.id())
                        .bind("email", after.email())
                        .bind("newEmailKey", newEmailKey)
                        .bind("fullName", after.fullName())
                        .bind("age", after.age())
                        .bind("gender", after.gender())
                        .bind("emailBefore", before.email())
                        .bind("fullNameBefore", before.fullName())
                        .bind("genderBefore", before.gender())
                        .bind("ageBefore", before.age() == null ? 0 : before.age())
                        .execute()
                == 1);
    }

    /**
     * Replaces the password that was checked, and ends all sessions but one.
     *
     * @return the ended sessions; or empty, and nothing is changed, if the password is no longer the checked one
     */
    Optional<List<EndedSession>> changePassword(
            Authentication checked, String newHash, String keptSessionId, Instant now) {
        return database.write(
                handle -> endSessions(handle, checked.userId(), keptSessionId, now, it -> it.createUpdate("""
                UPDATE users SET password_hash = :newHash, password_version = password_version + 1
                WHERE id = :userId AND password_version = :checkedVersion
                """)
                        .bind("newHash", newHash)
                        .bind("checkedVersion", checked.passwordVersion())));
    }

    /** Replaces the password, whatever it is, and ends all sessions; empty if there is no such user. */
    Optional<List<EndedSession>> setPassword(String userId, String newHash, Instant now) {
        return database.write(handle -> endSessions(
                handle, userId, null, now, it -> it.createUpdate("""
                UPDATE users SET password_hash = :newHash, password_version = password_version + 1 WHERE id = :userId
                """).bind("newHash", newHash)));
    }

    /** Ends all sessions, and refuses further log-ins; empty if there is no such user. */
    Optional<List<EndedSession>> disable(String userId, Instant now) {
        return database.write(handle -> endSessions(
                handle, userId, null, now, it -> it.createUpdate("""
                UPDATE users SET disabled_at = COALESCE(disabled_at, :now), password_version = password_version + 1
                WHERE id = :userId
                """).bind("now", now.toEpochMilli())));
    }

    /** Undoes {@link #disable}; false if there is no such user. */
    boolean enable(String userId) {
        return database.write(handle -> handle.createUpdate("UPDATE users SET disabled_at = NULL WHERE id = :userId")
                        .bind("userId", userId)
                        .execute()
                == 1);
    }

    /** Ends all sessions; empty if there is no such user. */
    Optional<List<EndedSession>> endSessions(String userId, Instant now) {
        return database.write(handle -> endSessions(handle, userId, now));
    }

    private Optional<List<EndedSession>> endSessions(Handle handle, String userId, Instant now) {
        return endSessions(
                handle,
                userId,
                null,
                now,
                it -> it.createUpdate("UPDATE users SET password_version = password_version + 1 WHERE id = :userId"));
    }

    /** Ends the user's sessions but one, if {@code change} finds the user. */
    private Optional<List<EndedSession>> endSessions(
            Handle handle, String userId, String keptSessionId, Instant now, Function<Handle, Update> change) {
        int found = change.apply(handle).bind("userId", userId).execute();
        return found == 0 ? Optional.empty() : Optional.of(endingStore.endAll(handle, userId, keptSessionId, now));
    }

    /** Deletes the user and all of the user's data. Returns the ended sessions, or empty if there is no such user. */
    Optional<List<EndedSession>> delete(String userId, Instant now) {
        return database.write(handle -> {
            UserDataStore.lockBeforeDeletion(handle, userId);
            Optional<List<EndedSession>> ended = endSessions(handle, userId, now);
            handle.createUpdate("DELETE FROM users WHERE id = :userId")
                    .bind("userId", userId)
                    .execute();
            return ended;
        });
    }
}
