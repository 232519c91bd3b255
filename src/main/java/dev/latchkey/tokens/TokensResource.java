package dev.latchkey.tokens;

import dev.latchkey.api.TokensApi;
import dev.latchkey.api.model.AccessToken;
import dev.latchkey.api.model.CreateTokenRequest;
import dev.latchkey.api.model.CreateTokenResponse;
import dev.latchkey.api.model.LogOutResponse;
import dev.latchkey.api.model.RefreshTokenRequest;
import dev.latchkey.api.model.RefreshTokenResponse;
import dev.latchkey.auth.Caller;
import dev.latchkey.sessions.CurrentOrigin;
import dev.latchkey.sessions.TokenPair;
import jakarta.ws.rs.core.Response;

/** The operations tagged Tokens. */
public final class TokensResource implements TokensApi {
    private final Tokens tokens;
    private final CurrentOrigin origin;

    public TokensResource(Tokens tokens, CurrentOrigin origin) {
        this.tokens = tokens;
        this.origin = origin;
    }

    @Override
    public Response createToken(CreateTokenRequest body) {
        TokenPair pair = tokens.logIn(body.getUsername(), body.getPassword(), body.getRefresh(), origin.get());
        return Response.ok(new CreateTokenResponse().data(toBody(pair))).build();
    }

    @Override
    public Response refreshToken(RefreshTokenRequest body) {
        TokenPair pair = tokens.refresh(body.getRefreshToken());
        return Response.ok(new RefreshTokenResponse().data(toBody(pair))).build();
    }

    @Override
    public Response logOut(Caller caller) {
        tokens.logOut(caller);
        return Response.ok(new LogOutResponse()).build();
    }

    private static AccessToken toBody(TokenPair pair) {
        return new AccessToken()
                .accessToken(pair.accessToken())
                .expiresIn(Math.toIntExact(pair.accessLifetime().toSeconds()))
                .refreshToken(pair.refreshToken())
                .refreshExpiresIn(
                        pair.refreshLifetime() == null
                                ? null
                                : Math.toIntExact(pair.refreshLifetime().toSeconds()));
    }
}
