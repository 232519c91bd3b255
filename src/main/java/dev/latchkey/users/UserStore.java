package dev.latchkey.users;

import dev.latchkey.database.Database;
import dev.latchkey.names.CanonicalEmail;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code users}. */
public final class UserStore {
    private final Database database;

    public UserStore(Database database) {
        this.database = database;
    }

    /** What somebody else has already; the first of the two if it is both. */
    enum Taken {
        USERNAME,
        EMAIL
    }

    /**
     * What a log-in needs to know.
     *
     * @param passwordVersion another with each change of the password
     */
    record Credentials(String userId, String passwordHash, int passwordVersion, boolean isDisabled) {

        /** Leaves the hash out. */
        @Override
        public String toString() {
            return "Credentials[userId=" + userId + ", passwordVersion=" + passwordVersion + "]";
        }
    }

    /** Inserts the account unless one of the two names is taken; the constraints of the table decide. */
    Optional<Taken> insert(Account account) {
        return database.write(handle -> {
            while (!tryInsert(handle, account)) {
                Optional<Taken> taken = taken(handle, account.usernameKey(), account.emailKey());
                if (taken.isPresent()) {
                    return taken;
                }
                // Whoever had the name has been deleted at this very moment.
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
     * Whether an insertion would fail now, or give somebody the mailbox of a user whose address a migration has put aside: no
     * constraint forbids that, but nobody is put aside later.
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

    /** The credentials of the user of this canonical name. */
    Optional<Credentials> findCredentials(String usernameKey) {
        return database.read(handle -> credentials(handle, usernameKey));
    }

    private static Optional<Credentials> credentials(Handle handle, String usernameKey) {
        return handle.createQuery("""
                SELECT id, password_hash, password_version, disabled_at IS NOT NULL AS disabled FROM users
                WHERE username_key = :usernameKey
                """)
                .bind("usernameKey", usernameKey)
                .map((row, context) -> new Credentials(
                        row.getString("id"),
                        row.getString("password_hash"),
                        row.getInt("password_version"),
                        row.getBoolean("disabled")))
                .findOne();
    }

    /** Keeps another hash of the password that the user has, unless the user has taken another one in the meantime. */
    void replaceHash(String userId, String checkedHash, String newHash) {
        database.write(handle -> handle.createUpdate(
                        "UPDATE users SET password_hash = :newHash WHERE id = :id AND password_hash = :checkedHash")
                .bind("newHash", newHash)
                .bind("id", userId)
                .bind("checkedHash", checkedHash)
                .execute());
    }
}
