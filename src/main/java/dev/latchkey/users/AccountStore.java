package dev.latchkey.users;

import dev.latchkey.database.Database;
import dev.latchkey.names.CanonicalEmail;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.SessionEndingStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A row of the table {@code users} and what goes with it, in the hands of its user. */
public final class AccountStore {
    private final Database database;
    private final SessionEndingStore sessions;

    public AccountStore(Database database, SessionEndingStore sessions) {
        this.database = database;
        this.sessions = sessions;
    }

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

    /** The credentials of the user of this id. */
    Optional<UserStore.Credentials> findCredentials(String userId) {
        return database.read(handle -> handle.createQuery("""
                SELECT password_hash, password_version, disabled_at IS NOT NULL AS disabled FROM users WHERE id = :userId
                """)
                .bind("userId", userId)
                .map((row, context) -> new UserStore.Credentials(
                        userId,
                        row.getString("password_hash"),
                        row.getInt("password_version"),
                        row.getBoolean("disabled")))
                .findOne());
    }

    /** Whether a migration has put the same address aside for another user, which no constraint knows. */
    boolean isAsideForAnother(User user) {
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
     * Puts {@code after} in the place of {@code before}. An address that stays keeps its canonical form, which a
     * migration may have made another one than it would get now.
     *
     * @return false, and nothing is done, if the account is not as it was
     * @throws dev.latchkey.database.ConstraintException if the e-mail address is another account's
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
     * Puts another password in the place of the one that was checked, and ends all sessions but one.
     *
     * @param keptSessionId null for none
     * @return those that ended; or empty, and nothing is done, if the password is not the checked one any more
     */
    Optional<List<EndedSession>> changePassword(
            UserStore.Credentials checked, String newHash, String keptSessionId, Instant now) {
        return database.write(handle -> {
            int changed = handle.createUpdate("""
                    UPDATE users SET password_hash = :newHash, password_version = password_version + 1
                    WHERE id = :userId AND password_version = :checkedVersion
                    """)
                    .bind("newHash", newHash)
                    .bind("userId", checked.userId())
                    .bind("checkedVersion", checked.passwordVersion())
                    .execute();
            return changed == 0
                    ? Optional.empty()
                    : Optional.of(sessions.endAll(handle, checked.userId(), keptSessionId, now));
        });
    }

    /** Deletes the user and everything that is the user's; the sessions that ended so, or empty if there is no such user. */
    Optional<List<EndedSession>> delete(String userId, Instant now) {
        return database.write(handle -> {
            // Takes the user's row, so that no log-in beside this adds a session that is then overlooked.
            int found = handle.createUpdate(
                            "UPDATE users SET password_version = password_version + 1 WHERE id = :userId")
                    .bind("userId", userId)
                    .execute();
            if (found == 0) {
                return Optional.empty();
            }
            List<EndedSession> ended = sessions.endAll(handle, userId, null, now);
            handle.createUpdate("DELETE FROM users WHERE id = :userId")
                    .bind("userId", userId)
                    .execute();
            return Optional.of(ended);
        });
    }
}
