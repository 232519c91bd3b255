package dev.latchkey.credentials;

import dev.latchkey.server.database.Database;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The columns of the table {@code users} that are needed to check a password. */
final class CredentialStore {
    private static final String CREDENTIALS = """
            SELECT id, username_key, password_hash, password_version, disabled_at IS NOT NULL AS disabled FROM users
            """;

    private final Database database;

    CredentialStore(Database database) {
        this.database = database;
    }

    /** The canonical name of the user with this canonical e-mail address. */
    Optional<String> findName(String emailKey) {
        return database.read(handle -> handle.createQuery("SELECT username_key FROM users WHERE email_key = :key")
                .bind("key", emailKey)
                .mapTo(String.class)
                .findOne());
    }

    /** By canonical name. */
    Optional<StoredCredentials> findByName(String usernameKey) {
        return database.read(handle -> find(handle, "WHERE username_key = :key", usernameKey));
    }

    /** By user id. */
    Optional<StoredCredentials> findById(String userId) {
        return database.read(handle -> find(handle, "WHERE id = :key", userId));
    }

    private static Optional<StoredCredentials> find(Handle handle, String condition, String key) {
        return handle.createQuery(CREDENTIALS + condition)
                .bind("key", key)
                .map((row, context) -> new StoredCredentials(
                        row.getString("id"),
                        row.getString("username_key"),
                        row.getString("password_hash"),
                        row.getInt("password_version"),
                        row.getBoolean("disabled")))
                .findOne();
    }

    /** Replaces the hash by another one of the same password, unless the password was changed in the meantime. */
    void replaceHash(String userId, String checkedHash, String newHash) {
        database.write(handle -> handle.createUpdate(
                        "UPDATE users SET password_hash = :newHash WHERE id = :id AND password_hash = :checkedHash")
                .bind("newHash", newHash)
                .bind("id", userId)
                .bind("checkedHash", checkedHash)
                .execute());
    }
}
