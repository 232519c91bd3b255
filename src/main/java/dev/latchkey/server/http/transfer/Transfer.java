package dev.latchkey.server.http.transfer;

/** A transfer that waits for its client to send or to read bytes. */
interface Transfer {

    /** When bytes last moved, from {@link System#nanoTime()}. */
    long lastMovedAt();

    /** Whether it is too slow at this time, from {@link System#nanoTime()}. */
    boolean isTooSlow(long now);

    /** How many bytes of the shared memory it holds. */
    long held();

    /** Releases its memory, and nothing else; {@link #evict} ends it. */
    void drop();

    /** Ends it because it is too slow, unless it is over. */
    void timeOut();

    /** Ends it because memory is short, unless it is over. */
    void evict();
}
