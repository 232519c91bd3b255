package dev.latchkey.credentials.recovery;

import dev.latchkey.server.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The columns of the table {@code users} that mails need. Disabled accounts are as good as absent. */
final class HolderStore {
    static final String COLUMNS = """
            users.id AS holder_id, username, users.email, pending_email, full_name, locale, email_verified_at IS NOT NULL AS verified,
            password_version""";

    private final Database database;

    HolderStore(Database database) {
        this.database = database;
    }

    Optional<Holder> findById(String userId) {
        return database.read(handle -> find(handle, "id = :key", userId));
    }

    Optional<Holder> findByMailbox(MailboxKey mailbox) {
        return database.read(handle -> find(handle, "email_key = :key", mailbox.key()));
    }

    private static Optional<Holder> find(Handle handle, String condition, String key) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM users WHERE disabled_at IS NULL AND " + condition)
                .bind("key", key)
                .map((row, context) -> holder(row))
                .findOne();
    }

    static Holder holder(ResultSet row) throws SQLException {
        return new Holder(
                row.getString("holder_id"),
                row.getString("username"),
                row.getString("email"),
                row.getString("pending_email"),
                row.getString("full_name"),
                row.getString("locale"),
                row.getBoolean("verified"),
                row.getInt("password_version"));
    }

    /** Locks the account until the end of the transaction; false if it has another address by now, or is disabled or deleted. */
    static boolean lock(Handle handle, Holder holder) {
        return handle.createUpdate("""
                        UPDATE users SET password_version = password_version
                        WHERE id = :id AND email = :email AND disabled_at IS NULL
                        """)
                        .bind("id", holder.userId())
                        .bind("email", holder.email())
                        .execute()
                == 1;
    }

    /** The same; also false if another address waits to be confirmed by now, or none any more. */
    static boolean lockWithPending(Handle handle, Holder holder) {
        return handle.createUpdate("""
                        UPDATE users SET password_version = password_version
                        WHERE id = :id AND email = :email AND pending_email = :pending AND disabled_at IS NULL
                        """)
                        .bind("id", holder.userId())
                        .bind("email", holder.email())
                        .bind("pending", holder.pendingEmail())
                        .execute()
                == 1;
    }

    /** Makes the address of the account a proven one. */
    static void verify(Handle handle, String userId, Instant now) {
        handle.createUpdate("UPDATE users SET email_verified_at = COALESCE(email_verified_at, :now) WHERE id = :id")
                .bind("now", now.toEpochMilli())
                .bind("id", userId)
                .execute();
    }

    /** Replaces the address by the one that waits, which is proven. To be called after {@link #lockWithPending}. */
    static void move(Handle handle, Holder holder, Instant now) {
        handle.createUpdate("""
                UPDATE users SET email = pending_email, email_key = :key, email_verified_at = :now, pending_email = NULL
                WHERE id = :id
                """)
                .bind("key", MailboxKey.of(holder.pendingEmail()).key())
                .bind("now", now.toEpochMilli())
                .bind("id", holder.userId())
                .execute();
    }

    /** Replaces the password; the address is proven, and none waits any more. Returns the new version of the password. */
    static int resetPassword(Handle handle, String userId, String passwordHash, Instant now) {
        return handle.createQuery("""
                UPDATE users SET password_hash = :hash, password_version = password_version + 1,
                    email_verified_at = COALESCE(email_verified_at, :now), pending_email = NULL
                WHERE id = :id
                RETURNING password_version
                """)
                .bind("hash", passwordHash)
                .bind("now", now.toEpochMilli())
                .bind("id", userId)
                .mapTo(Integer.class)
                .one();
    }
}
