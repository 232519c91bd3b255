package dev.latchkey.sessions;

import dev.latchkey.auth.AccessTokens;
import dev.latchkey.auth.Caller;
import java.time.Duration;
import java.time.Instant;

/** The tokens of a session, and how long it and they last. */
public final class TokenPairs {
    // A token is issued, and its hour begins, only once its session is stored.
    private static final Duration ISSUE_MARGIN = Duration.ofMinutes(1);

    private final AccessTokens accessTokens;
    private final SessionSettings settings;

    public TokenPairs(AccessTokens accessTokens, SessionSettings settings) {
        this.accessTokens = accessTokens;
        this.settings = settings;
    }

    /**
     * Until when what is given out now lasts.
     *
     * @param session until when the session lasts without another use
     * @param token until when the access token does
     */
    record Lifetimes(Instant now, Instant session, Instant token) {}

    /** {@code refreshToken} may be null. */
    TokenPair issue(Session session, String refreshToken, Lifetimes lifetimes) {
        String accessToken = accessTokens.issue(new Caller(session.userId(), session.id(), session.createdAt()));
        Duration refreshLifetime = refreshToken == null ? null : Duration.between(lifetimes.now(), lifetimes.session());
        return new TokenPair(accessToken, AccessTokens.LIFETIME, refreshToken, refreshLifetime);
    }

    /** How long a session, that began with a log-in at {@code loggedInAt}, and its access token last from {@code now} on. */
    Lifetimes lifetimes(Instant now, Instant loggedInAt, boolean refreshable) {
        Instant token = now.plus(AccessTokens.LIFETIME).plus(ISSUE_MARGIN);
        if (!refreshable) {
            return new Lifetimes(now, now.plus(AccessTokens.LIFETIME), token);
        }
        Instant idle = now.plusMillis(settings.idleTimeout().toMilliseconds());
        Instant last = loggedInAt.plusMillis(settings.maxLifetime().toMilliseconds());
        return new Lifetimes(now, idle.isBefore(last) ? idle : last, token);
    }
}
