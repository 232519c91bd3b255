package dev.latchkey.data;

import java.time.Instant;

/** An entry with its times. */
public record StoredEntry(String key, String value, Instant createdAt, Instant updatedAt) {

    /** Leaves the value out. */
    @Override
    public String toString() {
        return "StoredEntry[key=" + key + "]";
    }
}
