package dev.latchkey.sessions;

import java.time.Instant;

/**
 * A log-in, with the tokens that come from it.
 *
 * @param createdAt when the password was given
 * @param lastUsedAt when it last gave an access token
 * @param expiresAt when it expires
 * @param tokenExpiresAt when the last of its access tokens expires
 * @param origin where the log-in came from
 * @param refreshing null if it has no refresh token
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
     * The state of a session's refresh tokens.
     *
     * @param generation the number of the current one, which has not been used
     */
    record Refreshing(RefreshTokenKey key, int generation) {}
}
