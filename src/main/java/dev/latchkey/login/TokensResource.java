package dev.latchkey.login;

import dev.latchkey.api.TokensApi;
import dev.latchkey.api.model.CreateTokenResponseBody;
import dev.latchkey.api.model.CredentialsBody;
import dev.latchkey.api.model.IssuedTokensBody;
import dev.latchkey.api.model.LogOutResponseBody;
import dev.latchkey.api.model.RefreshTokenResponseBody;
import dev.latchkey.api.model.TokenRefreshBody;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.sessions.Origin;
import jakarta.ws.rs.core.Response;

/** The operations tagged Tokens. */
public final class TokensResource implements TokensApi {
    private final LogIn logIn;
    private final CurrentClient client;

    TokensResource(LogIn logIn, CurrentClient client) {
        this.logIn = logIn;
        this.client = client;
    }

    @Override
    public Response createToken(CredentialsBody body) {
        Origin origin = new Origin(client.address(), client.userAgent());
        // Null counts as absent.
        boolean refreshable = Boolean.TRUE.equals(body.getRefresh());
        TokenPair pair = logIn.start(body.getUsername(), body.getPassword(), refreshable, origin, client.get());
        return Response.ok(new CreateTokenResponseBody().data(toBody(pair))).build();
    }

    @Override
    public Response refreshToken(TokenRefreshBody body) {
        TokenPair pair = logIn.refresh(body.getRefreshToken(), client.get());
        return Response.ok(new RefreshTokenResponseBody().data(toBody(pair))).build();
    }

    @Override
    public Response logOut(Caller caller) {
        logIn.end(caller);
        return Response.ok(new LogOutResponseBody()).build();
    }

    private static IssuedTokensBody toBody(TokenPair pair) {
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
