package dev.latchkey.data;

import java.time.Instant;

/** When an entry is to expire: some seconds after the write, or at a time. */
record Expiry(Integer seconds, Instant time) {

    /** Null, for never, if {@code seconds} is. */
    static Expiry in(Integer seconds) {
        return seconds == null ? null : new Expiry(seconds, null);
    }

    /** Null, for never, if {@code time} is. */
    static Expiry at(Instant time) {
        return time == null ? null : new Expiry(null, time);
    }

    /** The time, if the entry is written now. */
    Instant from(Instant now) {
        return time == null ? now.plusSeconds(seconds) : time;
    }

    /** As it was sent. */
    @Override
    public String toString() {
        return time == null ? seconds.toString() : time.toString();
    }
}
