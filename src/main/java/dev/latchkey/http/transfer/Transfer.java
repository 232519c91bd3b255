package dev.latchkey.http.transfer;

/** Bytes that wait for a client to send more of them, or to take them. */
interface Transfer {

    /** When bytes last moved, in {@link System#nanoTime()}. */
    long lastMovedAt();

    /** Whether it is so slow at this time, in {@link System#nanoTime()}, that it is not worth its memory. */
    boolean isTooSlow(long now);

    /** Ends it for being too slow, and gives back its memory. */
    void timeOut();

    /** Ends it for want of memory, and gives back what it has. */
    void evict();
}
