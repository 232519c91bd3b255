package dev.latchkey.data;

import java.time.Instant;

/**
 * A value under a key.
 *
 * @param value null if it was not asked for
 * @param revision of the last change of the entry
 * @param expiresAt null if it does not expire
 */
public record Entry(String key, String value, long revision, Instant createdAt, Instant updatedAt, Instant expiresAt) {

    /** Its entity tag (RFC 9110, section 8.8.3). */
    public String etag() {
        return etag(revision);
    }

    static String etag(long revision) {
        return '"' + Long.toString(revision) + '"';
    }

    /** Leaves the value out. */
    @Override
    public String toString() {
        return "Entry[key=" + key + ", revision=" + revision + "]";
    }
}
