package dev.latchkey.data;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.util.List;

/** The private key-value store of each user. Keys and values have been validated already. */
public final class Entries {
    private final EntryStore store;
    private final Clock clock;

    public Entries(EntryStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Stores a value under a new key.
     *
     * @throws Problem KEY_EXISTS
     */
    void create(String userId, Entry entry) {
        boolean isNew;
        try {
            isNew = store.insert(userId, entry, clock.instant());
        } catch (ConstraintException e) {
            e.require(ConstraintException.Kind.REFERENCE);
            // The user was deleted by another server, and this one does not know it yet.
            throw Problem.tokenInvalid();
        }
        if (!isNew) {
            throw new Problem(ErrorCode.KEY_EXISTS);
        }
    }

    /** One page of the user's entries after the key {@code after}, ordered by key; empty if there are no more. */
    public List<StoredEntry> page(String userId, String after) {
        return store.findPage(userId, after);
    }

    /**
     * Reads an entry.
     *
     * @throws Problem KEY_NOT_FOUND
     */
    Entry read(String userId, String key) {
        return store.find(userId, key).orElseThrow(() -> new Problem(ErrorCode.KEY_NOT_FOUND));
    }

    /**
     * Replaces the value of an existing key.
     *
     * @throws Problem KEY_NOT_FOUND
     */
    void update(String userId, Entry entry) {
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
        if (!store.delete(userId, key)) {
            throw new Problem(ErrorCode.KEY_NOT_FOUND);
        }
    }
}
