package dev.latchkey.client;

import dev.latchkey.client.DataApi.UpdateEntryOptions;
import java.time.Duration;
import java.util.Objects;

/** How {@link DataStore#set(String, String, SetOptions)} stores a value. */
public final class SetOptions {
    private final UpdateEntryOptions options = new UpdateEntryOptions().upsert(true);
    private Integer expiresIn;

    /** No condition, and no expiry. */
    public SetOptions() {}

    /**
     * Only if the entry still has this ETag, so that nobody's change in between is lost.
     *
     * @param etag the ETag of the value that the new one is made from; {@code *} for any, as long as there is an entry
     * @return this
     */
    public SetOptions ifMatch(String etag) {
        options.ifMatch(etag);
        return this;
    }

    /**
     * Only if the entry does not have this ETag.
     *
     * @param etag an ETag; {@code *} for any, so that there must be no entry
     * @return this
     */
    public SetOptions ifNoneMatch(String etag) {
        options.ifNoneMatch(etag);
        return this;
    }

    /**
     * How long the entry is to exist; without it, for ever.
     *
     * @param duration up to ten years, rounded up to whole seconds
     * @return this
     */
    public SetOptions expiresIn(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        long seconds = duration.getSeconds() + (duration.getNano() == 0 ? 0 : 1);
        // What is too much the server refuses, as everything else that it does not take.
        this.expiresIn = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, seconds));
        return this;
    }

    UpdateEntryOptions toUpdateEntryOptions() {
        return options;
    }

    /** Null if it does not expire. */
    Integer expiresIn() {
        return expiresIn;
    }
}
