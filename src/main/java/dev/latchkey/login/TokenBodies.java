package dev.latchkey.login;

import dev.latchkey.api.model.IssuedTokensBody;

/** Makes bodies of the contract. */
final class TokenBodies {
    private TokenBodies() {}

    static IssuedTokensBody tokens(TokenPair pair) {
        return new IssuedTokensBody()
                .accessToken(pair.accessToken())
                .expiresIn(Math.toIntExact(pair.accessLifetime().toSeconds()))
                .refreshToken(pair.refreshToken())
                .refreshExpiresIn(
                        pair.refreshLifetime() == null
                                ? null
                                : Math.toIntExact(pair.refreshLifetime().toSeconds()));
    }
}
