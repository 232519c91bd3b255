package dev.latchkey.server.auth;

import io.dropwizard.auth.Authenticator;
import java.util.Optional;

/** Authenticates the caller by an access token, a JWT (RFC 9068) that Nimbus verifies. */
final class JwtAuthenticator implements Authenticator<String, Caller> {
    private final AccessTokens tokens;

    JwtAuthenticator(AccessTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Optional<Caller> authenticate(String token) {
        return tokens.verify(token);
    }
}
