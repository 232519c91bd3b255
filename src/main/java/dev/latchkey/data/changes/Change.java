package dev.latchkey.data.changes;

import java.time.Instant;

/**
 * The newest change of a key.
 *
 * @param isDeleted whether the key was deleted or has expired
 * @param value null if it is deleted, or was not asked for
 * @param expiresAt null if it does not expire
 */
record Change(long revision, String key, boolean isDeleted, String value, Instant expiresAt) {

    /** Leaves the value out. */
    @Override
    public String toString() {
        return "Change[revision=" + revision + ", key=" + key + "]";
    }
}
