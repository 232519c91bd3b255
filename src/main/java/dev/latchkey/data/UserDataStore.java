package dev.latchkey.data;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.PlainStatements;
import dev.latchkey.server.threads.Stages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code user_data}: one row a user, which every write of the user's entries locks first. So the writes of one user happen one
 * after the other, on every server, and what a write has read of the user's entries holds until it commits.
 */
public final class UserDataStore {
    private final Database database;
    private final Quota defaults;
    private final ChangeListener listener;

    /** {@code defaults} is the quota of users who have none of their own. */
    UserDataStore(Database database, Quota defaults) {
        this(database, defaults, (userId, revision) -> {});
    }

    /** {@code listener} learns of every write. */
    UserDataStore(Database database, Quota defaults, ChangeListener listener) {
        this.database = database;
        this.defaults = defaults;
        this.listener = listener;
    }

    private record Written<T>(T result, long revision) {}

    /**
     * Runs {@code change} in a transaction that has locked the user's row. It saves what it changes, or throws.
     *
     * @return empty if there is no such user
     */
    <T> Optional<T> write(String userId, Function<UserEntryStore, T> change) {
        return written(userId, () -> database.write(locked(userId, change)));
    }

    /** As {@link #write}, by {@link Database#writeAsync}. */
    <T> CompletionStage<Optional<T>> writeAsync(String userId, Function<UserEntryStore, T> change) {
        return Stages.then(database.writeAsync(locked(userId, change)), write -> written(userId, write));
    }

    private <T> Function<Handle, Optional<Written<T>>> locked(String userId, Function<UserEntryStore, T> change) {
        return handle -> {
            Optional<UserEntryStore> locked = lock(handle, userId);
            if (locked.isEmpty()) {
                add(handle, userId);
                locked = lock(handle, userId);
            }
            return locked.map(entries -> new Written<>(change.apply(entries), entries.revision()));
        };
    }

    private <T> Optional<T> written(String userId, Supplier<Optional<Written<T>>> write) {
        Optional<Written<T>> written = unlessDeleted(write);
        // After the commit: nobody may learn of what could still be undone.
        written.ifPresent(done -> listener.changed(userId, done.revision()));
        return written.map(Written::result);
    }

    /** Returns empty if another transaction deletes the user meanwhile. */
    private static <T> Optional<T> unlessDeleted(Supplier<Optional<T>> write) {
        try {
            return write.get();
        } catch (ConstraintException e) {
            e.require(ConstraintException.Kind.REFERENCE);
            return Optional.empty();
        }
    }

    /**
     * Makes all writes of the user's entries wait until the transaction ends, which then deletes the user. A write locks this row first as
     * well, and then the user's row in {@code users}, to share it; in the other order, each of the two would wait for the other.
     */
    public static void lockBeforeDeletion(Handle handle, String userId) {
        // Without it, there would be nothing to lock before the user's first write.
        add(handle, userId);
        PlainStatements.firstForUpdate(
                handle, "SELECT 1 FROM user_data WHERE user_id = ?", (row, context) -> row.getInt(1), userId);
    }

    private Optional<UserEntryStore> lock(Handle handle, String userId) {
        return PlainStatements.firstForUpdate(
                handle,
                "SELECT revision, entries, bytes, max_entries, max_bytes FROM user_data WHERE user_id = ?",
                (row, context) -> new UserEntryStore(handle, userId, row.getLong("revision"), usage(row)),
                userId);
    }

    /** Adds the row before the user's first write, unless there is no such user. Another server may have added it meanwhile. */
    private static void add(Handle handle, String userId) {
        handle.createUpdate("""
                INSERT INTO user_data (user_id, revision, floor, entries, bytes)
                SELECT id, 0, 0, 0, 0 FROM users WHERE id = :userId
                ON CONFLICT DO NOTHING
                """).bind("userId", userId).execute();
    }

    /** Sets the max number of entries, or with null that of the configuration; false if there is no such user. */
    boolean setMaxEntries(String userId, Long maxEntries) {
        return set(userId, "UPDATE user_data SET max_entries = ? WHERE user_id = ?", maxEntries);
    }

    /** Sets the max number of bytes, or with null that of the configuration; false if there is no such user. */
    boolean setMaxBytes(String userId, Long maxBytes) {
        return set(userId, "UPDATE user_data SET max_bytes = ? WHERE user_id = ?", maxBytes);
    }

    private boolean set(String userId, String sql, Long value) {
        return unlessDeleted(() -> database.write(handle -> {
                    add(handle, userId);
                    return Optional.of(PlainStatements.update(handle, sql, value, userId));
                }))
                .filter(updated -> updated == 1)
                .isPresent();
    }

    /** How much the user stores and may store. */
    Usage usage(String userId) {
        return database.read(handle -> handle.createQuery(
                                "SELECT entries, bytes, max_entries, max_bytes FROM user_data WHERE user_id = :userId")
                        .bind("userId", userId)
                        .map((row, context) -> usage(row))
                        .findOne())
                .orElseGet(() -> new Usage(0, 0, defaults));
    }

    /** The revision of the last change of the user's data; 0 if there was none. */
    long revision(String userId) {
        return database.read(handle -> handle.createQuery("SELECT revision FROM user_data WHERE user_id = :userId")
                .bind("userId", userId)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    private Usage usage(ResultSet row) throws SQLException {
        long maxEntries = row.getLong("max_entries");
        Quota quota = new Quota(row.wasNull() ? defaults.maxEntries() : maxEntries, maxBytes(row));
        return new Usage(row.getLong("entries"), row.getLong("bytes"), quota);
    }

    private long maxBytes(ResultSet row) throws SQLException {
        long maxBytes = row.getLong("max_bytes");
        return row.wasNull() ? defaults.maxBytes() : maxBytes;
    }
}
