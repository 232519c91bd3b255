package dev.latchkey.data;

import dev.latchkey.server.problem.Problem;

/**
 * A line of an import.
 *
 * @param number the first is 1
 * @param key null if the line cannot be read
 * @param value null if the line cannot be read
 * @param expiry when the entry expires, or null if it does not
 * @param refusal why the line cannot be read, or null
 */
record ImportLine(long number, String key, String value, Expiry expiry, Problem refusal) {

    /** Leaves the value out. */
    @Override
    public String toString() {
        return "ImportLine[number=" + number + ", key=" + key + "]";
    }
}
