package dev.latchkey.data.changes;

import com.google.common.collect.Lists;
import dev.latchkey.server.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    // again; those are
    // left out last, so that a user who has very many of them cannot make this long.
    private static final String SELECT = """
            WITH changed AS (
                SELECT * FROM (
                    SELECT key, revision, 0 AS is_tombstone, <bytes> AS bytes
                    FROM entries WHERE user_id = :userId AND revision > :since
                    ORDER BY revision LIMIT :limit) AS stored
                UNION ALL
                SELECT * FROM (
                    SELECT key, revision, 1 AS is_tombstone, 0 AS bytes
                    FROM tombstones WHERE user_id = :userId AND revision > :since
                    ORDER BY revision LIMIT :limit) AS removed
                ORDER BY revision LIMIT :limit
            ), sized AS (
                SELECT changed.*, sum(bytes) OVER (ORDER BY revision) AS total, count(*) OVER () AS found FROM changed
            )
            SELECT user_data.revision AS head, user_data.floor, sized.found, sized.key, sized.revision,
                CASE WHEN is_tombstone = 1 OR entries.expires_at <= :now THEN 1 ELSE 0 END AS is_deleted,
                CASE WHEN is_tombstone = 1 AND entries.key IS NOT NULL THEN 1 ELSE 0 END AS is_outdated,
                <value> AS value, entries.expires_at
            FROM user_data
                LEFT JOIN sized ON sized.total <= :maxBytes OR sized.total = sized.bytes
                LEFT JOIN entries ON entries.user_id = :userId AND entries.key = sized.key
            WHERE user_data.user_id = :userId
            ORDER BY sized.revision
            """;

    private final Database database;

    ChangeStore(Database database) {
        this.database = database;
    }

    /**
     * What was found.
     *
     * @param head the revision of the user's data
     * @param floor what was deleted before this revision may not be known any more
     * @param changes the next ones; there may be none although there are more
     * @param end the revision up to which these are all
     * @param hasMore whether there are more after that
     */
    record Found(long head, long floor, List<Change> changes, long end, boolean hasMore) {
        private static final Found NOTHING = new Found(0, 0, List.of(), 0, false);
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
        if (first.found() == 0) {
            return new Found(first.head(), first.floor(), List.of(), first.head(), false);
        }
        List<Row> page = rows.subList(0, Math.min(rows.size(), selection.limit()));
        List<Change> changes =
                page.stream().filter(row -> !row.isOutdated()).map(Row::change).toList();
        boolean hasMore = page.size() < first.found();
        long end = hasMore ? page.get(page.size() - 1).change().revision() : first.head();
        return new Found(first.head(), first.floor(), changes, end, hasMore);
    }

    /**
     * A row of the result.
     *
     * @param found how many changes there are, up to one more than were asked for; if 0, this is the only row, and has none
     * @param isOutdated whether it is a deletion of a key that exists again
     */
    private record Row(long head, long floor, long found, boolean isOutdated, Change change) {}

    private static Row row(ResultSet row) throws SQLException {
        boolean isDeleted = row.getInt("is_deleted") == 1;
        String value = row.getString("value");
        long expiresAt = row.getLong("expires_at");
        boolean expires = !row.wasNull();
        Change change = new Change(
                row.getLong("revision"),
                row.getString("key"),
                isDeleted,
                isDeleted ? null : value,
                !isDeleted && expires ? Instant.ofEpochMilli(expiresAt) : null);
        return new Row(
                row.getLong("head"),
                row.getLong("floor"),
                row.getLong("found"),
                row.getInt("is_outdated") == 1,
                change);
    }

    /** The revisions of the users' data; none for who has never stored anything. */
    Map<String, Long> heads(Collection<String> userIds) {
        Map<String, Long> heads = new HashMap<>();
        for (List<String> some : Lists.partition(List.copyOf(userIds), MAX_USERS_AT_ONCE)) {
            database.read(handle -> {
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
