package dev.latchkey.data;

import com.google.common.base.Utf8;
import dev.latchkey.data.SeenEntryStore.Found;
import dev.latchkey.server.database.PendingStatements;
import dev.latchkey.server.database.PlainStatements;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The entries of one user in a transaction that has locked the user's row, so that nobody else changes them meanwhile.
 *
 * <p>Each change gets the next revision. {@link #find} sees it at once, the database with {@link #save}; without that, nothing has changed.
 * So many changes take few round trips, and need not be undone if one of them is refused.
 */
final class UserEntryStore {
    private static final String PUT_TOMBSTONE = """
            INSERT INTO tombstones (user_id, key, revision, deleted_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (user_id, key) DO UPDATE SET revision = excluded.revision, deleted_at = excluded.deleted_at
            """;

    private final Handle handle;
    private final String userId;
    private final SeenEntryStore seen;
    private final PendingStatements pending = new PendingStatements();
    private long revision;
    private long saved;
    private Usage usage;

    UserEntryStore(Handle handle, String userId, long revision, Usage usage) {
        this.handle = handle;
        this.userId = userId;
        this.seen = new SeenEntryStore(handle, userId);
        this.revision = revision;
        this.saved = revision;
        this.usage = usage;
    }

    /** That of the last change that was saved. */
    long revision() {
        return saved;
    }

    Usage usage() {
        return usage;
    }

    /** Reads at once what {@link #find} is to give for these keys. */
    void prepare(Set<String> keys) {
        seen.prepare(keys);
    }

    /** The entry under the key, also if it has expired and was not swept yet. */
    Optional<Found> find(String key) {
        return seen.find(key);
    }

    /** Stores a value under a key that has none. */
    long insert(String key, String value, Instant expiresAt, Instant now) {
        usage = usage.plus(1, bytes(key, value));
        pending.add(
                key, """
                INSERT INTO entries (user_id, key, value, created_at, updated_at, revision, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, userId, key, value, now.toEpochMilli(), now.toEpochMilli(), ++revision, millis(expiresAt));
        return changed(key, bytes(key, value), expiresAt);
    }

    /** Replaces the value of {@code found}; {@code isNew} if it had expired, so that the entry is created now. */
    long replace(Found found, boolean isNew, String key, String value, Instant expiresAt, Instant now) {
        usage = usage.plus(0, bytes(key, value) - found.bytes());
        pending.add(
                key,
                """
                UPDATE entries SET value = ?, created_at = COALESCE(?, created_at), updated_at = ?, revision = ?, expires_at = ?
                WHERE user_id = ? AND key = ?
                """,
                value,
                isNew ? now.toEpochMilli() : null,
                now.toEpochMilli(),
                ++revision,
                millis(expiresAt),
                userId,
                key);
        return changed(key, bytes(key, value), expiresAt);
    }

    /** Changes only when {@code found} expires. */
    long expire(Found found, String key, Instant expiresAt) {
        pending.add(
                key,
                "UPDATE entries SET revision = ?, expires_at = ? WHERE user_id = ? AND key = ?",
                ++revision,
                millis(expiresAt),
                userId,
                key);
        return changed(key, found.bytes(), expiresAt);
    }

    private long changed(String key, long bytes, Instant expiresAt) {
        seen.put(key, new Found(revision, bytes, expiresAt));
        return revision;
    }

    /** Deletes {@code found}, and leaves a tombstone. */
    long delete(Found found, String key, Instant now) {
        usage = usage.plus(-1, -found.bytes());
        pending.add(key, "DELETE FROM entries WHERE user_id = ? AND key = ?", userId, key);
        pending.add(key, PUT_TOMBSTONE, userId, key, ++revision, now.toEpochMilli());
        seen.remove(key);
        return revision;
    }

    /** Deletes those that have expired of the entries under these keys, and leaves tombstones. */
    void deleteExpired(List<String> keys, Instant now) {
        record Deleted(String key, long bytes) {}
        // Of those that were written meanwhile, nothing is returned.
        List<Deleted> deleted = handle.createQuery("""
                DELETE FROM entries WHERE user_id = :userId AND key IN (<keys>) AND expires_at <= :now
                RETURNING key, octet_length(key) + octet_length(value) AS bytes
                """)
                .bind("userId", userId)
                .bindList("keys", keys)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new Deleted(row.getString("key"), row.getLong("bytes")))
                .list();
        if (deleted.isEmpty()) {
            return;
        }
        PreparedBatch tombstones = handle.prepareBatch(PUT_TOMBSTONE);
        for (Deleted entry : deleted) {
            usage = usage.plus(-1, -entry.bytes());
            tombstones.add(userId, entry.key(), ++revision, now.toEpochMilli());
        }
        tombstones.execute();
    }

    /** Deletes a tombstone from before {@code before}, and raises the user's floor to its revision. */
    void forget(String key, Instant before) {
        PlainStatements.update(handle, """
                UPDATE user_data SET floor = COALESCE(
                    (SELECT max(revision) FROM tombstones WHERE user_id = ? AND key = ? AND deleted_at < ? AND revision > floor), floor)
                WHERE user_id = ?
                """, userId, key, before.toEpochMilli(), userId);
        PlainStatements.update(
                handle,
                "DELETE FROM tombstones WHERE user_id = ? AND key = ? AND deleted_at < ?",
                userId,
                key,
                before.toEpochMilli());
    }

    /** What was kept of the user's request with this {@code Idempotency-Key}, if that is no older than {@code since}. */
    Optional<IdempotencyStore.Kept> findKept(String idempotencyKey, Instant since) {
        return IdempotencyStore.find(handle, userId, idempotencyKey, since);
    }

    /** Keeps what became of a request, in place of an older one with the same key. */
    void keep(IdempotentRequest request, List<Outcome> outcomes, Instant now) {
        IdempotencyStore.put(handle, userId, request, outcomes, now);
    }

    /** Writes all changes, and the user's revision and usage. */
    void save() {
        pending.run(handle);
        PlainStatements.update(
                handle,
                "UPDATE user_data SET revision = ?, entries = ?, bytes = ? WHERE user_id = ?",
                revision,
                usage.entries(),
                usage.bytes(),
                userId);
        saved = revision;
    }

    static long bytes(String key, String value) {
        return (long) Utf8.encodedLength(key) + Utf8.encodedLength(value);
    }

    private static Long millis(Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
