package dev.latchkey.login;

import dev.latchkey.api.EmailLogInApi;
import dev.latchkey.api.model.CreateTokenResponseBody;
import dev.latchkey.api.model.EmailLogInBody;
import dev.latchkey.api.model.MailRequestBody;
import dev.latchkey.api.model.RequestEmailLogInResponseBody;
import dev.latchkey.api.model.RequestedLogInBody;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The operations tagged Email log-in. */
public final class EmailLogInResource implements EmailLogInApi {
    private final EmailLogIn logIn;
    private final CurrentClient client;

    EmailLogInResource(EmailLogIn logIn, CurrentClient client) {
        this.logIn = logIn;
        this.client = client;
    }

    @Override
    public Response requestEmailLogIn(MailRequestBody body) {
        String deviceToken = logIn.request(body.getEmail(), TokensResource.visitor(client));
        return Response.accepted(new RequestEmailLogInResponseBody()
                        .data(new RequestedLogInBody().deviceToken(deviceToken).expiresIn(logIn.lifetime())))
                .build();
    }

    @Override
    public Response createTokenByEmail(EmailLogInBody body) {
        if ((body.getToken() == null) == (body.getCode() == null)) {
            String complaint =
                    body.getCode() == null ? "must be sent where token is not" : "must not be sent with token";
            throw new Problem(ErrorCode.INVALID_REQUEST, List.of(new InvalidField("code", complaint)));
        }
        EmailLogIn.Mailed mailed = new EmailLogIn.Mailed(body.getDeviceToken(), body.getToken(), body.getCode());
        TokenPair pair = logIn.start(mailed, Boolean.TRUE.equals(body.getRefresh()), TokensResource.visitor(client));
        return Response.ok(new CreateTokenResponseBody().data(TokenBodies.tokens(pair)))
                .build();
    }
}
