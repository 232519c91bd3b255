package dev.latchkey.data;

/**
 * A change of one entry that a user asks for.
 *
 * @param value null if the kind has none
 * @param expiry when the entry expires, or null if it does not
 * @param conditions what must hold for the operation to be done
 */
record Operation(Kind kind, String key, String value, Expiry expiry, Conditions conditions) {

    enum Kind {
        /** Stores a value under a new key. */
        CREATE,
        /** Replaces the value of an existing key. */
        UPDATE,
        /** Stores a value, whether the key is new or not. */
        PUT,
        /** Changes when an existing entry expires. */
        EXPIRE,
        /** Deletes an existing entry. */
        DELETE,
        /** Changes nothing: only the conditions count. Without any, the entry must exist. */
        CHECK
    }

    /** Leaves the value out. */
    @Override
    public String toString() {
        return kind + " " + key;
    }
}
