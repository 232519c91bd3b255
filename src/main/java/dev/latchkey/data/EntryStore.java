package dev.latchkey.data;

import dev.latchkey.server.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code entries}. Every statement is about one user. */
final class EntryStore {
    private static final int MAX_PAGE = 256;
    private static final long MAX_PAGE_BYTES = 1 << 20;

    private final Database database;

    EntryStore(Database database) {
        this.database = database;
    }

    private record Size(String key, long bytes) {}

    /** Returns false if the user already has an entry under this key. */
    boolean insert(String userId, Entry entry, Instant now) {
        return database.write(handle -> handle.createUpdate("""
                        INSERT INTO entries (user_id, key, value, created_at, updated_at)
                        VALUES (:userId, :key, :value, :now, :now)
                        ON CONFLICT DO NOTHING
                        """)
                        .bind("userId", userId)
                        .bind("key", entry.key())
                        .bind("value", entry.value())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1);
    }

    Optional<Entry> find(String userId, String key) {
        return database.read(
                handle -> handle.createQuery("SELECT value FROM entries WHERE user_id = :userId AND key = :key")
                        .bind("userId", userId)
                        .bind("key", key)
                        .map((row, context) -> new Entry(key, row.getString("value")))
                        .findOne());
    }

    /** Returns false if there is no such entry. */
    boolean update(String userId, Entry entry, Instant now) {
        return database.write(handle -> handle.createUpdate(
                                "UPDATE entries SET value = :value, updated_at = :now WHERE user_id = :userId AND key = :key")
                        .bind("userId", userId)
                        .bind("key", entry.key())
                        .bind("value", entry.value())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1);
    }

    /** Returns false if there was no such entry. */
    boolean delete(String userId, String key) {
        return database.write(
                handle -> handle.createUpdate("DELETE FROM entries WHERE user_id = :userId AND key = :key")
                                .bind("userId", userId)
                                .bind("key", key)
                                .execute()
                        == 1);
    }

    /** One page of the entries after the key {@code after}, ordered by key; small enough for memory, but at least one entry. */
    List<StoredEntry> findPage(String userId, String after) {
        return database.read(handle -> {
            String last = lastOfPage(handle, userId, after);
            return handle.createQuery("""
                    SELECT key, value, created_at, updated_at FROM entries
                    WHERE user_id = :userId AND key > :after AND key <= :last
                    ORDER BY key
                    LIMIT :limit
                    """)
                    .bind("userId", userId)
                    .bind("after", after)
                    .bind("last", last)
                    .bind("limit", MAX_PAGE)
                    .map((row, context) -> new StoredEntry(
                            row.getString("key"),
                            row.getString("value"),
                            Instant.ofEpochMilli(row.getLong("created_at")),
                            Instant.ofEpochMilli(row.getLong("updated_at"))))
                    .list();
        });
    }

    /** The last key whose value fits into the page. Both databases know the length of a value without reading it. */
    private static String lastOfPage(Handle handle, String userId, String after) {
        List<Size> sizes = handle.createQuery("""
                SELECT key, octet_length(value) AS bytes FROM entries
                WHERE user_id = :userId AND key > :after
                ORDER BY key
                LIMIT :limit
                """)
                .bind("userId", userId)
                .bind("after", after)
                .bind("limit", MAX_PAGE)
                .map((row, context) -> new Size(row.getString("key"), row.getLong("bytes")))
                .list();
        String last = after;
        long total = 0;
        for (Size size : sizes) {
            total += size.bytes;
            if (total > MAX_PAGE_BYTES && !last.equals(after)) {
                break;
            }
            last = size.key;
        }
        return last;
    }
}
