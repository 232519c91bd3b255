package dev.latchkey.sessions;

import java.time.Instant;

/**
 * A log-in and all the tokens that go back to it.
 *
 * @param createdAt when the password was given
 * @param lastUsedAt when it last gave an access token
 * @param expiresAt when it ends by itself
 * @param tokenExpiresAt when the last of its access tokens expires
 * @param origin where the log-in came from
 * @param refreshing null where it has no refresh token
 */
record Session(
        String userId,
        String id,
        Instant createdAt,
        Instant lastUsedAt,
        Instant expiresAt,
        Instant tokenExpiresAt,
        Origin origin,
        Refreshing refreshing) {

    /**
     * What it takes to know a session's refresh tokens, and to make the next.
     *
     * @param generation the number of the one that is to be used next
     */
    record Refreshing(RefreshTokenKey key, int generation) {}
}
