package dev.latchkey.credentials.recovery;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table {@code email_codes}. */
public final class MailCodeStore {
    /** So that who asks twice may use the mail that comes first. */
    private static final int MAX_GOOD = 3;

    private static final int MAX_DELETED = 500;

    /**
     * What is kept of a mail.
     *
     * @param deviceHash null if any device may use it
     */
    record NewCode(String id, Purpose purpose, String mailboxHash, MailCode code, String token, String deviceHash) {

        /** Leaves out what is secret. */
        @Override
        public String toString() {
            return "NewCode[id=" + id + ", purpose=" + purpose + "]";
        }
    }

    /**
     * Adds a code, and deletes the oldest of this purpose.
     *
     * @return false, and nothing is changed, if the user has another address by now, or is disabled or deleted
     */
    boolean insert(Handle handle, Holder holder, NewCode code, Instant now) {
        if (!HolderStore.lock(handle, holder)) {
            return false;
        }
        handle.createUpdate("""
                INSERT INTO email_codes (id, user_id, purpose, address_hash, code_hash, token_hash, device_hash, created_at, expires_at)
                VALUES (:id, :userId, :purpose, :mailbox, :codeHash, :tokenHash, :deviceHash, :now, :expiresAt)
                """)
                .bind("id", code.id())
                .bind("userId", holder.userId())
                .bind("purpose", code.purpose().text())
                .bind("mailbox", code.mailboxHash())
                .bind("codeHash", code.code().hash(code.purpose(), holder.userId()))
                .bind("tokenHash", Secret.hash(code.token()))
                .bind("deviceHash", code.deviceHash())
                .bind("now", now.toEpochMilli())
                .bind("expiresAt", now.plus(code.purpose().lifetime()).toEpochMilli())
                .execute();
        handle.createUpdate("""
                DELETE FROM email_codes WHERE user_id = :userId AND purpose = :purpose AND id NOT IN (
                    SELECT id FROM email_codes WHERE user_id = :userId AND purpose = :purpose
                    ORDER BY created_at DESC, id LIMIT :max)
                """)
                .bind("userId", holder.userId())
                .bind("purpose", code.purpose().text())
                .bind("max", MAX_GOOD)
                .execute();
        return true;
    }

    /** All good codes among which the shown one must be. The same work whether there are any. */
    List<StoredCode> find(Handle handle, Purpose purpose, Proof proof, Instant now) {
        String column =
                switch (proof.by()) {
                    case TOKEN -> "token_hash";
                    case MAILBOX -> "address_hash";
                    case USER -> "user_id";
                };
        return handle.createQuery("SELECT email_codes.id, address_hash, code_hash, device_hash, " + HolderStore.COLUMNS
                        + " FROM email_codes JOIN users ON users.id = email_codes.user_id WHERE " + column
                        + " = :key AND purpose = :purpose AND expires_at > :now AND disabled_at IS NULL")
                .bind("key", proof.key())
                .bind("purpose", purpose.text())
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new StoredCode(
                        row.getString("id"),
                        row.getString("address_hash"),
                        row.getString("code_hash"),
                        row.getString("device_hash"),
                        HolderStore.holder(row)))
                .list();
    }

    /**
     * Uses a code up, and with it all others of the user, purpose and address. Of parallel transactions one gets true; the others wait for its end.
     */
    boolean useUp(Handle handle, Purpose purpose, StoredCode code, Instant now) {
        boolean isGood = handle.createUpdate("DELETE FROM email_codes WHERE id = :id AND expires_at > :now")
                        .bind("id", code.id())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
        if (isGood) {
            handle.createUpdate(
                            "DELETE FROM email_codes WHERE user_id = :userId AND purpose = :purpose AND address_hash = :mailbox")
                    .bind("userId", code.holder().userId())
                    .bind("purpose", purpose.text())
                    .bind("mailbox", code.mailboxHash())
                    .execute();
        }
        return isGood;
    }

    /** Deletes what would let the user in, but not what only proves an address. For who has set a password, or ended all sessions. */
    public static void deleteThoseToLogIn(Handle handle, String userId) {
        handle.createUpdate("DELETE FROM email_codes WHERE user_id = :userId AND purpose <> :purpose")
                .bind("userId", userId)
                .bind("purpose", Purpose.EMAIL_VERIFICATION.text())
                .execute();
    }

    /** Deletes all codes of the user. */
    void deleteAll(Handle handle, String userId) {
        handle.createUpdate("DELETE FROM email_codes WHERE user_id = :userId")
                .bind("userId", userId)
                .execute();
    }

    void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM email_codes WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /** Deletes some of the expired codes. Returns false if there are no more. */
    boolean deleteSomeExpired(Handle handle, Instant now) {
        return handle.createUpdate("""
                        DELETE FROM email_codes WHERE id IN (
                            SELECT id FROM email_codes WHERE expires_at <= :now LIMIT :limit)
                        """)
                        .bind("now", now.toEpochMilli())
                        .bind("limit", MAX_DELETED)
                        .execute()
                == MAX_DELETED;
    }
}
