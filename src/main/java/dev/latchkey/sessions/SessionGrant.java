package dev.latchkey.sessions;

import java.time.Duration;
import java.time.Instant;

/**
 * A session that has just been started or refreshed: the permission to issue an access token for it.
 *
 * @param authenticatedAt when the user gave the password
 * @param refreshToken null if none was asked for
 * @param refreshLifetime how long the refresh token is valid; null without one
 */
public record SessionGrant(
        String userId, String sessionId, Instant authenticatedAt, String refreshToken, Duration refreshLifetime) {

    /** {@code refreshToken} may be null. */
    static SessionGrant of(Session session, String refreshToken, Lifetimes lifetimes) {
        return new SessionGrant(
                session.userId(),
                session.id(),
                session.createdAt(),
                refreshToken,
                refreshToken == null ? null : Duration.between(lifetimes.now(), lifetimes.session()));
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "SessionGrant[userId=" + userId + ", sessionId=" + sessionId + "]";
    }
}
