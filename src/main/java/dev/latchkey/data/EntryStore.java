package dev.latchkey.data;

import dev.latchkey.database.Database;
import java.time.Instant;
import java.util.Optional;

/** The table {@code entries}. Every statement is about one user. */
public final class EntryStore {
    private final Database database;

    public EntryStore(Database database) {
        this.database = database;
    }

    /** Whether the entry was inserted; false if the user has one under this key. */
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

    /** Whether there was an entry to update. */
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

    /** Whether there was an entry to delete. */
    boolean delete(String userId, String key) {
        return database.write(
                handle -> handle.createUpdate("DELETE FROM entries WHERE user_id = :userId AND key = :key")
                                .bind("userId", userId)
                                .bind("key", key)
                                .execute()
                        == 1);
    }
}
