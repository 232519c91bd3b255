package dev.latchkey.login;

import dev.latchkey.api.TokensApi;
import dev.latchkey.api.model.CreateTokenResponse;
import dev.latchkey.api.model.Credentials;
import dev.latchkey.api.model.IssuedTokens;
import dev.latchkey.api.model.LogOutResponse;
import dev.latchkey.api.model.RefreshTokenResponse;
import dev.latchkey.api.model.TokenRefresh;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.sessions.Origin;
import jakarta.ws.rs.core.Response;

/** The operations tagged Tokens. */
public final class TokensResource implements TokensApi {
    private final LogIn logIn;
    private final CurrentClient client;

    public TokensResource(LogIn logIn, CurrentClient client) {
        this.logIn = logIn;
        this.client = client;
    }

    @Override
    public Response createToken(Credentials body) {
        Origin origin = new Origin(client.address(), client.userAgent());
        // Null where a client says null, which is as good as saying nothing.
        boolean refreshable = Boolean.TRUE.equals(body.getRefresh());
        TokenPair pair = logIn.start(body.getUsername(), body.getPassword(), refreshable, origin, client.get());
        return Response.ok(new CreateTokenResponse().data(toBody(pair))).build();
    }

    @Override
    public Response refreshToken(TokenRefresh body) {
        TokenPair pair = logIn.refresh(body.getRefreshToken(), client.get());
        return Response.ok(new RefreshTokenResponse().data(toBody(pair))).build();
    }

    @Override
    public Response logOut(Caller caller) {
        logIn.end(caller);
        return Response.ok(new LogOutResponse()).build();
    }

    private static IssuedTokens toBody(TokenPair pair) {
        return new IssuedTokens()
                .accessToken(pair.accessToken())
                .expiresIn(Math.toIntExact(pair.accessLifetime().toSeconds()))
                .refreshToken(pair.refreshToken())
                .refreshExpiresIn(
                        pair.refreshLifetime() == null
                                ? null
                                : Math.toIntExact(pair.refreshLifetime().toSeconds()));
    }
}
