package dev.latchkey.sessions;

import dev.latchkey.server.auth.AccessTokens;
import java.time.Duration;
import java.time.Instant;

/**
 * When a session that is used now expires, and the access token that it gives.
 *
 * @param session when the session expires if it is not used again
 * @param token an upper bound of when the access token expires
 */
record Lifetimes(Instant now, Instant session, Instant token) {
    // The token is issued only after its session is stored, so it expires a little later than computed here.
    private static final Duration ISSUE_MARGIN = Duration.ofMinutes(1);

    /** Of a session without a refresh token. */
    static Lifetimes ofOneToken(Instant now) {
        Instant end = now.plus(AccessTokens.LIFETIME);
        return new Lifetimes(now, end, end.plus(ISSUE_MARGIN));
    }

    /** Of a session with a refresh token that began at {@code loggedInAt}. */
    static Lifetimes ofRefreshable(Instant now, Instant loggedInAt, SessionSettings settings) {
        Instant idle = now.plusMillis(settings.idleTimeout().toMilliseconds());
        Instant last = loggedInAt.plusMillis(settings.maxLifetime().toMilliseconds());
        return new Lifetimes(
                now,
                idle.isBefore(last) ? idle : last,
                now.plus(AccessTokens.LIFETIME).plus(ISSUE_MARGIN));
    }
}
