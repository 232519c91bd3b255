package dev.latchkey.data;

import dev.latchkey.database.ConstraintException;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.InvalidField;
import dev.latchkey.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/** The private key-value store of each user. Whatever takes a key throws INVALID_KEY for one of too many bytes. */
public final class Entries {
    static final int MAX_KEY_BYTES = 512;

    private final EntryStore store;
    private final long maxValueBytes;
    private final Clock clock;

    public Entries(EntryStore store, DataSettings settings, Clock clock) {
        this.store = store;
        this.maxValueBytes = settings.maxValueSize().toBytes();
        this.clock = clock;
    }

    /**
     * Stores a value under a new key.
     *
     * @throws Problem KEY_EXISTS, or INVALID_VALUE for a value of too many bytes
     */
    void create(String userId, Entry entry) {
        check(entry);
        boolean isNew;
        try {
            isNew = store.insert(userId, entry, clock.instant());
        } catch (ConstraintException e) {
            // The user has been deleted, and this server has not heard of it yet.
            throw Problem.tokenInvalid();
        }
        if (!isNew) {
            throw new Problem(ErrorCode.KEY_EXISTS);
        }
    }

    /** The first entries of the user after the key {@code after}, by key; not all at once, and none if there are no more. */
    public List<StoredEntry> page(String userId, String after) {
        return store.findPage(userId, after);
    }

    /**
     * The entry as it was last stored.
     *
     * @throws Problem KEY_NOT_FOUND
     */
    Entry read(String userId, String key) {
        checkKey(key);
        return store.find(userId, key).orElseThrow(() -> new Problem(ErrorCode.KEY_NOT_FOUND));
    }

    /**
     * Replaces the value of an existing key.
     *
     * @throws Problem KEY_NOT_FOUND, or INVALID_VALUE for a value of too many bytes
     */
    void update(String userId, Entry entry) {
        check(entry);
        if (!store.update(userId, entry, clock.instant())) {
            throw new Problem(ErrorCode.KEY_NOT_FOUND);
        }
    }

    /**
     * Deletes an entry.
     *
     * @throws Problem KEY_NOT_FOUND
     */
    void delete(String userId, String key) {
        checkKey(key);
        if (!store.delete(userId, key)) {
            throw new Problem(ErrorCode.KEY_NOT_FOUND);
        }
    }

    private void check(Entry entry) {
        checkKey(entry.key());
        checkSize(ErrorCode.INVALID_VALUE, "value", entry.value(), maxValueBytes);
    }

    private static void checkKey(String key) {
        checkSize(ErrorCode.INVALID_KEY, "key", key, MAX_KEY_BYTES);
    }

    /** In bytes, because databases count them; the contract's language can only count characters. */
    private static void checkSize(ErrorCode code, String field, String text, long maxBytes) {
        // No character takes more than three bytes for each of its UTF-16 units, so that most texts need no encoding.
        if (text.length() * 3L > maxBytes && text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new Problem(
                    code, List.of(new InvalidField(field, "must be at most " + maxBytes + " bytes of UTF-8")));
        }
    }
}
