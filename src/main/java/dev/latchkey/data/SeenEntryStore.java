package dev.latchkey.data;

import com.google.common.base.Utf8;
import dev.latchkey.server.database.PlainStatements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The entries of one user as a write sees them: as they are stored, or as it has changed them so far. Nobody else changes them meanwhile. */
final class SeenEntryStore {
    private static final String COLUMNS = "key, revision, octet_length(value), expires_at";

    private final Handle handle;
    private final String userId;
    private final Map<String, Optional<Found>> entries = new HashMap<>();

    SeenEntryStore(Handle handle, String userId) {
        this.handle = handle;
        this.userId = userId;
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

    /** Reads at once what {@link #find} is to give for these keys; a lone key it reads itself. */
    void prepare(Set<String> keys) {
        if (keys.size() < 2) {
            return;
        }
        List<String> values = new ArrayList<>();
        values.add(userId);
        values.addAll(keys);
        // Up to a power of two with repetitions, so that there are few different statements.
        String last = values.get(keys.size());
        int listed = Integer.highestOneBit(keys.size() - 1) * 2;
        values.addAll(Collections.nCopies(listed - keys.size(), last));
        String sql =
                "SELECT " + COLUMNS + " FROM entries WHERE user_id = ? AND key IN (?" + ", ?".repeat(listed - 1) + ")";
        keys.forEach(this::remove);
        PlainStatements.all(
                handle,
                sql,
                (row, context) -> entries.put(row.getString(1), Optional.of(found(row))),
                values.toArray());
    }

    /** The entry under the key, also if it has expired and was not swept yet. */
    Optional<Found> find(String key) {
        return entries.computeIfAbsent(
                key,
                missing -> PlainStatements.first(
                        handle,
                        "SELECT " + COLUMNS + " FROM entries WHERE user_id = ? AND key = ?",
                        (row, context) -> found(row),
                        userId,
                        key));
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(
                row.getLong(2), Utf8.encodedLength(row.getString(1)) + row.getLong(3), EntryStore.instant(row, 4));
    }

    void put(String key, Found entry) {
        entries.put(key, Optional.of(entry));
    }

    void remove(String key) {
        entries.put(key, Optional.empty());
    }
}
