package dev.latchkey.data.changes;

import com.google.common.collect.Lists;
import dev.latchkey.server.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Reads the changes of a user's data from the entries and the tombstones.
 *
 * <p>All changes of a user get their revisions under one lock, which is held until the commit. So they become visible in this order, and a
 * reader that has seen one has missed none before it.
 */
final class ChangeStore {
    private static final int MAX_USERS_AT_ONCE = 500;

    // One statement, because that is one snapshot on both databases. A tombstone is out of date once its key exists
    // again.
    private static final String SELECT = """
            WITH changed AS (
                SELECT * FROM (
                    SELECT key, revision, CASE WHEN expires_at <= :now THEN 1 ELSE 0 END AS deleted, <bytes> AS bytes, expires_at
                    FROM entries WHERE user_id = :userId AND revision > :since
                    ORDER BY revision LIMIT :limit) AS stored
                UNION ALL
                SELECT * FROM (
                    SELECT key, revision, 1 AS deleted, 0 AS bytes, CAST(NULL AS BIGINT) AS expires_at
                    FROM tombstones WHERE user_id = :userId AND revision > :since
                        AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.user_id = :userId AND entries.key = tombstones.key)
                    ORDER BY revision LIMIT :limit) AS removed
                ORDER BY revision LIMIT :limit
            ), sized AS (
                SELECT changed.*, sum(bytes) OVER (ORDER BY revision) AS total, count(*) OVER () AS found FROM changed
            )
            SELECT user_data.revision AS head, user_data.floor, sized.key, sized.revision, sized.deleted, sized.expires_at,
                sized.found, <value> AS value
            FROM user_data
                LEFT JOIN sized ON sized.total <= :maxBytes OR sized.total = sized.bytes
                LEFT JOIN entries ON entries.user_id = :userId AND entries.key = sized.key AND sized.deleted = 0
            WHERE user_data.user_id = :userId
            ORDER BY sized.revision
            """;

    private final Database database;
    private final Database reserved;

    /** {@code reserved} is for reading how far users' data are, even if many requests wait for {@code database}. */
    ChangeStore(Database database, Database reserved) {
        this.database = database;
        this.reserved = reserved;
    }

    /**
     * What was found.
     *
     * @param head the revision of the user's data
     * @param floor what was deleted before this revision may not be known any more
     * @param changes the next ones
     * @param hasMore whether there are more
     */
    record Found(long head, long floor, List<Change> changes, boolean hasMore) {
        private static final Found NOTHING = new Found(0, 0, List.of(), false);
    }

    /** The first changes after a revision, as one snapshot: at most {@code limit}, and no more bytes of values, but at least one. */
    Found find(String userId, long since, Selection selection, Instant now) {
        return database.read(handle -> find(handle, userId, since, selection, now));
    }

    private static Found find(Handle handle, String userId, long since, Selection selection, Instant now) {
        boolean withValues = selection.withValues();
        List<Row> rows = handle.createQuery(SELECT)
                .define("bytes", withValues ? "octet_length(value)" : "0")
                .define("value", withValues ? "entries.value" : "NULL")
                .bind("userId", userId)
                .bind("since", since)
                .bind("now", now.toEpochMilli())
                .bind("limit", selection.limit() + 1)
                .bind("maxBytes", selection.maxBytes())
                .map((row, context) -> row(row))
                .list();
        if (rows.isEmpty()) {
            // The user has never stored anything.
            return Found.NOTHING;
        }
        Row first = rows.get(0);
        List<Change> changes = new ArrayList<>();
        rows.stream().limit(selection.limit()).forEach(row -> row.change().ifPresent(changes::add));
        return new Found(first.head(), first.floor(), changes, changes.size() < first.found());
    }

    /**
     * A row of the result.
     *
     * @param found how many changes there are, up to one more than were asked for
     * @param change empty in the only row of those who have none
     */
    private record Row(long head, long floor, long found, Optional<Change> change) {}

    private static Row row(ResultSet row) throws SQLException {
        String key = row.getString("key");
        return new Row(
                row.getLong("head"),
                row.getLong("floor"),
                row.getLong("found"),
                key == null ? Optional.empty() : Optional.of(change(row, key)));
    }

    private static Change change(ResultSet row, String key) throws SQLException {
        boolean isDeleted = row.getInt("deleted") == 1;
        long expiresAt = row.getLong("expires_at");
        boolean expires = !isDeleted && !row.wasNull();
        return new Change(
                row.getLong("revision"),
                key,
                isDeleted,
                row.getString("value"),
                expires ? Instant.ofEpochMilli(expiresAt) : null);
    }

    /** The revisions of the users' data; none for who has never stored anything. */
    Map<String, Long> heads(Collection<String> userIds) {
        Map<String, Long> heads = new HashMap<>();
        for (List<String> some : Lists.partition(List.copyOf(userIds), MAX_USERS_AT_ONCE)) {
            reserved.read(handle -> {
                handle.createQuery("SELECT user_id, revision FROM user_data WHERE user_id IN (<userIds>)")
                        .bindList("userIds", some)
                        .map((row, context) -> heads.put(row.getString("user_id"), row.getLong("revision")))
                        .list();
                return null;
            });
        }
        return heads;
    }
}
