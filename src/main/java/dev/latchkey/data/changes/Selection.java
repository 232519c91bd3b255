package dev.latchkey.data.changes;

/**
 * How many changes to read at once, and whether with their values.
 *
 * @param limit the most changes
 * @param maxBytes the most bytes of values, unless the first alone is longer
 */
record Selection(int limit, long maxBytes, boolean withValues) {}
