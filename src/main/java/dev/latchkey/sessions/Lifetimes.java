package dev.latchkey.sessions;

import dev.latchkey.server.auth.AccessTokens;
import java.time.Duration;
import java.time.Instant;

/**
 * Until when what is given out now lasts.
 *
 * @param session until when the session lasts without another use
 * @param token until when the access token does
 */
record Lifetimes(Instant now, Instant session, Instant token) {
    // A token is issued, and its hour begins, only once its session is stored.
    private static final Duration ISSUE_MARGIN = Duration.ofMinutes(1);

    /** Of a session without a refresh token. */
    static Lifetimes ofOneToken(Instant now) {
        Instant end = now.plus(AccessTokens.LIFETIME);
        return new Lifetimes(now, end, end.plus(ISSUE_MARGIN));
    }

    /** Of a session with a refresh token, that began with a log-in at {@code loggedInAt}. */
    static Lifetimes ofRefreshable(Instant now, Instant loggedInAt, SessionSettings settings) {
        Instant idle = now.plusMillis(settings.idleTimeout().toMilliseconds());
        Instant last = loggedInAt.plusMillis(settings.maxLifetime().toMilliseconds());
        return new Lifetimes(
                now,
                idle.isBefore(last) ? idle : last,
                now.plus(AccessTokens.LIFETIME).plus(ISSUE_MARGIN));
    }
}
