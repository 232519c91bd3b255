package dev.latchkey.data.changes;

/** The client, on an open response or one that waits. */
interface Recipient {

    /** Gives it what there is to give without the database, and without waiting for the client; true if it can take changes. */
    boolean serve(Follower follower);

    /** Looks for changes and gives it those, without waiting for the client. */
    void read(Follower follower);

    /** Whether it keeps its response open. */
    boolean isStream();

    /** Whether there is something to do for it apart from changes; {@code now} is from {@link System#nanoTime()}. Must not block. */
    boolean isDue(long now);

    /** Finds out soon whether the client is still there, if that is possible. */
    void probe();

    /** Ends it without an explanation. */
    void fail(Follower follower, Throwable cause);
}
