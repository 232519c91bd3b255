package dev.latchkey.tokens;

import dev.latchkey.api.TokensApi;
import dev.latchkey.api.model.AccessToken;
import dev.latchkey.api.model.CreateTokenRequest;
import dev.latchkey.api.model.CreateTokenResponse;
import jakarta.ws.rs.core.Response;

/** The operations tagged Tokens. */
public final class TokensResource implements TokensApi {
    private final Tokens tokens;

    public TokensResource(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Response createToken(CreateTokenRequest body) {
        Tokens.Issued issued = tokens.logIn(body.getUsername(), body.getPassword());
        AccessToken token = new AccessToken()
                .accessToken(issued.accessToken())
                .expiresIn(Math.toIntExact(issued.lifetime().toSeconds()));
        return Response.ok(new CreateTokenResponse().data(token)).build();
    }
}
