package dev.latchkey.data;

/**
 * How much one user stores.
 *
 * @param entries the number of entries
 * @param bytes the bytes of UTF-8 of all keys and values
 * @param quota how much is allowed
 */
public record Usage(long entries, long bytes, Quota quota) {

    /** Whether {@code more} entries with {@code moreBytes} fit. What does not grow always fits. */
    boolean hasRoomFor(long more, long moreBytes) {
        return (more <= 0 || entries + more <= quota.maxEntries())
                && (moreBytes <= 0 || bytes + moreBytes <= quota.maxBytes());
    }

    Usage plus(long more, long moreBytes) {
        return new Usage(entries + more, bytes + moreBytes, quota);
    }
}
