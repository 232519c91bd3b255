package dev.latchkey.data;

/** A value under a key. */
record Entry(String key, String value) {

    /** Leaves the value out. */
    @Override
    public String toString() {
        return "Entry[key=" + key + "]";
    }
}
