package dev.latchkey.data;

import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.PlainStatements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The table {@code entries}, for readers. Every statement is about one user, and sees no entry that has expired. */
final class EntryStore {
    private static final long MAX_PAGE_BYTES = 1 << 20;

    private final Database database;

    EntryStore(Database database) {
        this.database = database;
    }

    private record Size(String key, long bytes) {}

    Optional<Entry> find(String userId, String key, Instant now) {
        return database.read(handle ->
                PlainStatements.first(handle, """
                SELECT key, value, revision, created_at, updated_at, expires_at FROM entries
                WHERE user_id = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)
                """, (row, context) -> entry(row), userId, key, now.toEpochMilli()));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                Instant.ofEpochMilli(row.getLong(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                instant(row, 6));
    }

    /** Null if the column is. */
    static Instant instant(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /**
     * The first entries of the range, ordered by key: at most {@code limit}, and with their values no more than fit into memory, but at
     * least one. Without values, these are null.
     */
    Page findPage(String userId, KeyRange range, int limit, boolean withValues, Instant now) {
        return database.read(handle -> withValues
                ? pageWithValues(handle, userId, range, limit, now)
                : pageWithoutValues(handle, userId, range, limit, now));
    }

    private static Page pageWithoutValues(Handle handle, String userId, KeyRange range, int limit, Instant now) {
        List<Entry> entries = entries(handle, "NULL", userId, range, limit + 1, now);
        return new Page(entries.subList(0, Math.min(limit, entries.size())), entries.size() > limit);
    }

    /** Reads how long the values are, which both databases know without reading them, and then those that fit. */
    private static Page pageWithValues(Handle handle, String userId, KeyRange range, int limit, Instant now) {
        while (true) {
            List<Size> sizes = select(handle, "key, octet_length(value) AS bytes", userId, range, limit + 1, now)
                    .map((row, context) -> new Size(row.getString("key"), row.getLong("bytes")))
                    .list();
            int count = Math.min(limit, fitting(sizes));
            if (count == 0) {
                return new Page(List.of(), false);
            }
            String last = sizes.get(count - 1).key();
            KeyRange fitting = range.upTo(last);
            List<Entry> entries = entries(handle, "value", userId, fitting, count, now);
            // All of them may have been deleted in between.
            if (!entries.isEmpty()) {
                // Some may have been created in between, and have displaced the last ones.
                boolean isCut =
                        entries.size() == count && !entries.get(count - 1).key().equals(last);
                return new Page(entries, isCut || sizes.size() > count);
            }
        }
    }

    /** How many of the values fit into a page. */
    private static int fitting(List<Size> sizes) {
        long total = 0;
        for (int i = 0; i < sizes.size(); i++) {
            total += sizes.get(i).bytes();
            if (total > MAX_PAGE_BYTES) {
                return Math.max(i, 1);
            }
        }
        return sizes.size();
    }

    private static List<Entry> entries(
            Handle handle, String value, String userId, KeyRange range, int limit, Instant now) {
        String columns = "key, " + value + ", revision, created_at, updated_at, expires_at";
        return select(handle, columns, userId, range, limit, now)
                .map((row, context) -> entry(row))
                .list();
    }

    private static Query select(Handle handle, String columns, String userId, KeyRange range, int limit, Instant now) {
        return handle.createQuery("SELECT " + columns + " FROM entries " + """
                WHERE user_id = :userId AND key >= :from AND key < :to AND (expires_at IS NULL OR expires_at > :now)
                ORDER BY key
                LIMIT :limit
                """)
                .bind("userId", userId)
                .bind("from", range.from())
                .bind("to", range.to())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit);
    }
}
