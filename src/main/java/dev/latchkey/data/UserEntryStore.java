package dev.latchkey.data;

import com.google.common.base.Utf8;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The entries of one user in a transaction that has locked the user's row, so that nobody else changes them meanwhile.
 *
 * <p>Each change gets the next revision. {@link #save} writes the user's new revision and usage; without it, the transaction must be
 * rolled back.
 */
final class UserEntryStore {
    private final Handle handle;
    private final String userId;
    private long revision;
    private Usage usage;

    UserEntryStore(Handle handle, String userId, long revision, Usage usage) {
        this.handle = handle;
        this.userId = userId;
        this.revision = revision;
        this.usage = usage;
    }

    /**
     * An entry as it is stored, be it expired or not, without its value.
     *
     * @param bytes of UTF-8 of key and value
     * @param expiresAt null if it does not expire
     */
    record Found(long revision, long bytes, Instant expiresAt) {

        boolean isLive(Instant now) {
            return expiresAt == null || expiresAt.isAfter(now);
        }
    }

    Usage usage() {
        return usage;
    }

    /** The entry under the key, also if it has expired and was not swept yet. */
    Optional<Found> find(String key) {
        return handle.createQuery("""
                SELECT revision, octet_length(value) AS bytes, expires_at FROM entries WHERE user_id = :userId AND key = :key
                """)
                .bind("userId", userId)
                .bind("key", key)
                .map((row, context) -> new Found(
                        row.getLong("revision"),
                        Utf8.encodedLength(key) + row.getLong("bytes"),
                        EntryStore.instant(row, "expires_at")))
                .findOne();
    }

    /** Stores a value under a key that has none. */
    long insert(String key, String value, Instant expiresAt, Instant now) {
        usage = usage.plus(1, bytes(key, value));
        handle.createUpdate("""
                INSERT INTO entries (user_id, key, value, created_at, updated_at, revision, expires_at)
                VALUES (:userId, :key, :value, :now, :now, :revision, :expiresAt)
                """)
                .bind("userId", userId)
                .bind("key", key)
                .bind("value", value)
                .bind("now", now.toEpochMilli())
                .bind("revision", ++revision)
                .bind("expiresAt", millis(expiresAt))
                .execute();
        return revision;
    }

    /** Replaces the value of {@code found}; {@code isNew} if it had expired, so that the entry is created now. */
    long replace(Found found, boolean isNew, String key, String value, Instant expiresAt, Instant now) {
        usage = usage.plus(0, bytes(key, value) - found.bytes());
        handle.createUpdate("""
                UPDATE entries SET value = :value, created_at = COALESCE(:createdAt, created_at), updated_at = :now,
                    revision = :revision, expires_at = :expiresAt
                WHERE user_id = :userId AND key = :key
                """)
                .bind("userId", userId)
                .bind("key", key)
                .bind("value", value)
                .bind("createdAt", isNew ? now.toEpochMilli() : null)
                .bind("now", now.toEpochMilli())
                .bind("revision", ++revision)
                .bind("expiresAt", millis(expiresAt))
                .execute();
        return revision;
    }

    /** Changes only when the entry expires. */
    long expire(String key, Instant expiresAt) {
        handle.createUpdate("""
                UPDATE entries SET revision = :revision, expires_at = :expiresAt WHERE user_id = :userId AND key = :key
                """)
                .bind("userId", userId)
                .bind("key", key)
                .bind("revision", ++revision)
                .bind("expiresAt", millis(expiresAt))
                .execute();
        return revision;
    }

    /** Deletes {@code found}, and leaves a tombstone. */
    long delete(Found found, String key, Instant now) {
        usage = usage.plus(-1, -found.bytes());
        handle.createUpdate("DELETE FROM entries WHERE user_id = :userId AND key = :key")
                .bind("userId", userId)
                .bind("key", key)
                .execute();
        handle.createUpdate("""
                INSERT INTO tombstones (user_id, key, revision, deleted_at) VALUES (:userId, :key, :revision, :now)
                ON CONFLICT (user_id, key) DO UPDATE SET revision = excluded.revision, deleted_at = excluded.deleted_at
                """)
                .bind("userId", userId)
                .bind("key", key)
                .bind("revision", ++revision)
                .bind("now", now.toEpochMilli())
                .execute();
        return revision;
    }

    /** Begins what {@link #undo} can undo. */
    void beginUndoable() {
        handle.execute("SAVEPOINT undoable");
    }

    /** Undoes all changes since {@link #beginUndoable}; then nothing may be saved. */
    void undo() {
        handle.execute("ROLLBACK TO SAVEPOINT undoable");
    }

    /** What was kept of the user's request with this {@code Idempotency-Key}, if that is no older than {@code since}. */
    Optional<IdempotencyStore.Kept> findKept(String idempotencyKey, Instant since) {
        return IdempotencyStore.find(handle, userId, idempotencyKey, since);
    }

    /** Keeps what became of a request, in place of an older one with the same key. */
    void keep(IdempotentRequest request, List<Outcome> outcomes, Instant now) {
        IdempotencyStore.put(handle, userId, request, outcomes, now);
    }

    /** Writes the user's revision and usage. */
    void save() {
        handle.createUpdate("""
                UPDATE user_data SET revision = :revision, entries = :entries, bytes = :bytes WHERE user_id = :userId
                """)
                .bind("userId", userId)
                .bind("revision", revision)
                .bind("entries", usage.entries())
                .bind("bytes", usage.bytes())
                .execute();
    }

    static long bytes(String key, String value) {
        return (long) Utf8.encodedLength(key) + Utf8.encodedLength(value);
    }

    private static Long millis(Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
