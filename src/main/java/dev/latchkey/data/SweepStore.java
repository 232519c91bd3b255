package dev.latchkey.data;

import dev.latchkey.server.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Deletes what has expired, a few rows in each transaction, so that other writes do not wait for long.
 *
 * <p>Each method returns how many rows it looked at; fewer than {@link #STEP} if there are no more.
 */
final class SweepStore {
    static final int STEP = 100;

    private final Database database;
    private final UserDataStore users;

    SweepStore(Database database, UserDataStore users) {
        this.database = database;
        this.users = users;
    }

    private record Row(String userId, String key) {}

    /** Deletes entries that have expired. Each is a change of the user's data, and leaves a tombstone. */
    int sweepEntries(Instant now) {
        List<Row> expired = find(
                "SELECT user_id, key FROM entries WHERE expires_at <= :before ORDER BY expires_at LIMIT :limit", now);
        byUser(expired)
                .forEach((userId, keys) -> users.write(userId, entries -> {
                    entries.deleteExpired(keys, now);
                    entries.save();
                    return null;
                }));
        return expired.size();
    }

    /** Deletes tombstones from before {@code before}, and raises the floor of their users to them. */
    int sweepTombstones(Instant before) {
        List<Row> old = find(
                "SELECT user_id, key FROM tombstones WHERE deleted_at < :before ORDER BY deleted_at LIMIT :limit",
                before);
        byUser(old)
                .forEach((userId, keys) -> users.write(userId, entries -> {
                    keys.forEach(key -> entries.forget(key, before));
                    return null;
                }));
        return old.size();
    }

    /** Deletes what was kept of requests before {@code before}. */
    int sweepIdempotencyKeys(Instant before) {
        return database.write(handle -> handle.createUpdate("""
                DELETE FROM idempotency_keys WHERE (user_id, key) IN (
                    SELECT user_id, key FROM idempotency_keys WHERE created_at < :before ORDER BY created_at LIMIT :limit)
                """)
                .bind("before", before.toEpochMilli())
                .bind("limit", STEP)
                .execute());
    }

    private List<Row> find(String sql, Instant before) {
        return database.read(handle -> handle.createQuery(sql)
                .bind("before", before.toEpochMilli())
                .bind("limit", STEP)
                .map((row, context) -> new Row(row.getString("user_id"), row.getString("key")))
                .list());
    }

    private static Map<String, List<String>> byUser(List<Row> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(Row::userId, Collectors.mapping(Row::key, Collectors.toList())));
    }
}
