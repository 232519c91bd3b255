package dev.latchkey.client;

import java.time.Duration;

/**
 * Begins feeds.
 *
 * @param silence after how long without a byte a connection counts as dead
 */
record Feeds(Attempts attempts, Session session, Duration silence) {

    ChangeFeed begin(ChangesOptions options) {
        return new ChangeFeed(new FeedConnector(attempts, session, silence, options.values()), options);
    }
}
