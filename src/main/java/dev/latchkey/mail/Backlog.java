package dev.latchkey.mail;

import java.time.Instant;

/**
 * What waits.
 *
 * @param waiting how many mails are to be sent, at most {@link #MAX}
 * @param failed how many could not be sent, at most {@link #MAX}
 * @param dueSince since when the mail is due that is due longest; null if none is
 */
record Backlog(long waiting, long failed, Instant dueSince) {
    /** So that counting costs no more than that. */
    static final int MAX = 10_000;
}
