package dev.latchkey.credentials.recovery;

import dev.latchkey.api.EmailApi;
import dev.latchkey.api.model.ConfirmEmailVerificationResponseBody;
import dev.latchkey.api.model.EmailConfirmationBody;
import dev.latchkey.api.model.RequestEmailVerificationResponseBody;
import dev.latchkey.api.model.RequestedVerificationBody;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.limits.CurrentClient;
import jakarta.ws.rs.core.Response;

/** The operations tagged Email. */
public final class EmailResource implements EmailApi {
    private final Verifications verifications;
    private final CodeLimit codeLimit;
    private final CurrentClient client;

    EmailResource(Verifications verifications, CodeLimit codeLimit, CurrentClient client) {
        this.verifications = verifications;
        this.codeLimit = codeLimit;
        this.client = client;
    }

    @Override
    public Response requestEmailVerification(Caller caller) {
        Verifications.Requested requested = verifications.request(caller.userId(), client.language(), client.get());
        return Response.accepted(new RequestEmailVerificationResponseBody()
                        .data(new RequestedVerificationBody()
                                .email(requested.email())
                                .sent(requested.isSent())))
                .build();
    }

    @Override
    public Response confirmEmailVerification(EmailConfirmationBody body) {
        String callerId = client.caller().map(Caller::userId).orElse(null);
        ShownProof shown = new ShownProof(body.getToken(), body.getEmail(), body.getCode());
        return codeLimit.counted(client.get(), () -> {
            verifications.confirm(shown.ofMailboxOrCaller(callerId));
            return Response.ok(new ConfirmEmailVerificationResponseBody()).build();
        });
    }
}
