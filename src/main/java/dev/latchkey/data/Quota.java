package dev.latchkey.data;

/**
 * How much one user may store.
 *
 * @param maxEntries the most entries
 * @param maxBytes the most bytes of UTF-8 of all keys and values
 */
public record Quota(long maxEntries, long maxBytes) {}
