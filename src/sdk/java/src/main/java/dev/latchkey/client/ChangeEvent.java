package dev.latchkey.client;

import java.time.OffsetDateTime;

/** What a {@link ChangeFeed} tells. */
public sealed interface ChangeEvent {

    /**
     * The revision of the user's data that this brings a copy to.
     *
     * @return 0 or more
     */
    long revision();

    /**
     * A key has this value now. The same key can come again, with a later revision.
     *
     * @param revision where the data is with it
     * @param key the key
     * @param value the value; null if values were not asked for
     * @param etag the ETag of the entry
     * @param expiresAt when the entry expires, null if it does not; treat it as absent from then on, even before its {@link Deletion} comes
     */
    record Put(long revision, String key, String value, String etag, OffsetDateTime expiresAt) implements ChangeEvent {}

    /**
     * A key was deleted, or has expired.
     *
     * @param revision where the data is with it
     * @param key the key
     * @param etag the ETag of this change, which no entry has
     */
    record Deletion(long revision, String key, String etag) implements ChangeEvent {}

    /**
     * Who has applied everything before has exactly the data as of this revision. It comes only if it is asked for.
     *
     * @param revision where the data is
     */
    record Position(long revision) implements ChangeEvent {}

    /**
     * The server does not know any more what was deleted since, or an operator restored a backup. It is the last event: read all entries anew, and
     * begin a new feed at the revision of the first page.
     *
     * @param revision where the data is now
     */
    record Gone(long revision) implements ChangeEvent {}
}
