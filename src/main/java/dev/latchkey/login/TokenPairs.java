package dev.latchkey.login;

import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.sessions.SessionGrant;

/** Issues the tokens of a session. */
public final class TokenPairs {
    private final AccessTokens accessTokens;

    public TokenPairs(AccessTokens accessTokens) {
        this.accessTokens = accessTokens;
    }

    /** Issues an access token, and passes on the refresh token of the session, if it has one. */
    public TokenPair issue(SessionGrant grant) {
        String accessToken = accessTokens.issue(new Caller(grant.userId(), grant.sessionId(), grant.authenticatedAt()));
        return new TokenPair(accessToken, AccessTokens.LIFETIME, grant.refreshToken(), grant.refreshLifetime());
    }
}
