package dev.latchkey.server.http.transfer;

/** Bytes that wait for a client to send more of them, or to take them. */
interface Transfer {

    /** When bytes last moved, in {@link System#nanoTime()}. */
    long lastMovedAt();

    /** Whether it is so slow at this time, in {@link System#nanoTime()}, that it is not worth its memory. */
    boolean isTooSlow(long now);

    /** How many bytes of the memory that all share it would give back. */
    long held();

    /** Gives them back, and does nothing else: it is for {@link #evict} to end it. */
    void drop();

    /** Ends it for being too slow, unless it is over. */
    void timeOut();

    /** Ends it for want of memory, unless it is over. */
    void evict();
}
