package dev.latchkey.login;

import dev.latchkey.api.TokensApi;
import dev.latchkey.api.model.CreateTokenResponseBody;
import dev.latchkey.api.model.CredentialsBody;
import dev.latchkey.api.model.LogOutResponseBody;
import dev.latchkey.api.model.RefreshTokenResponseBody;
import dev.latchkey.api.model.TokenRefreshBody;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.http.LateRefusals;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.sessions.Origin;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;

/** The operations tagged Tokens. */
public final class TokensResource implements TokensApi {
    private final LogIn logIn;
    private final LateRefusals refusals;
    private final CurrentClient client;

    TokensResource(LogIn logIn, LateRefusals refusals, CurrentClient client) {
        this.logIn = logIn;
        this.refusals = refusals;
        this.client = client;
    }

    @Override
    public CompletionStage<Response> createToken(CredentialsBody body) {
        // Null counts as absent.
        boolean refreshable = Boolean.TRUE.equals(body.getRefresh());
        return refusals.of(client.request().getContentLengthLong(), () -> {
            TokenPair pair = logIn.start(body.getUsername(), body.getPassword(), refreshable, visitor(client));
            return Response.ok(new CreateTokenResponseBody().data(TokenBodies.tokens(pair)))
                    .build();
        });
    }

    @Override
    public Response refreshToken(TokenRefreshBody body) {
        TokenPair pair = logIn.refresh(body.getRefreshToken(), client.get());
        return Response.ok(new RefreshTokenResponseBody().data(TokenBodies.tokens(pair)))
                .build();
    }

    @Override
    public Response logOut(Caller caller) {
        logIn.end(caller);
        return Response.ok(new LogOutResponseBody()).build();
    }

    static Visitor visitor(CurrentClient client) {
        return new Visitor(client.get(), new Origin(client.address(), client.userAgent()), client.language());
    }
}
