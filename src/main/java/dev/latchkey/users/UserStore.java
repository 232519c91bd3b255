package dev.latchkey.users;

import dev.latchkey.database.Database;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code users}. */
public final class UserStore {
    private final Database database;

    public UserStore(Database database) {
        this.database = database;
    }

    /** How an insertion ended. */
    enum Outcome {
        INSERTED,
        USERNAME_TAKEN,
        EMAIL_TAKEN
    }

    /** What a log-in needs to know. */
    record Credentials(String userId, String passwordHash) {}

    /** Inserts the user unless one of the two names is taken; the constraints of the table decide. */
    Outcome insert(Account account) {
        User user = account.user();
        return database.write(handle -> {
            int inserted = handle.createUpdate("""
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
                    .execute();
            if (inserted == 1) {
                return Outcome.INSERTED;
            }
            return credentials(handle, account.usernameKey()).isPresent()
                    ? Outcome.USERNAME_TAKEN
                    : Outcome.EMAIL_TAKEN;
        });
    }

    /** The credentials of the user of this canonical name. */
    Optional<Credentials> findCredentials(String usernameKey) {
        return database.read(handle -> credentials(handle, usernameKey));
    }

    private static Optional<Credentials> credentials(Handle handle, String usernameKey) {
        return handle.createQuery("SELECT id, password_hash FROM users WHERE username_key = :usernameKey")
                .bind("usernameKey", usernameKey)
                .map((row, context) -> new Credentials(row.getString("id"), row.getString("password_hash")))
                .findOne();
    }
}
