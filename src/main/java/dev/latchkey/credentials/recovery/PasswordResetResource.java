package dev.latchkey.credentials.recovery;

import dev.latchkey.api.PasswordResetApi;
import dev.latchkey.api.model.ConfirmPasswordResetResponseBody;
import dev.latchkey.api.model.MailRequestBody;
import dev.latchkey.api.model.PasswordResetBody;
import dev.latchkey.api.model.RequestPasswordResetResponseBody;
import dev.latchkey.server.limits.CurrentClient;
import jakarta.ws.rs.core.Response;

/** The operations tagged Password reset. */
public final class PasswordResetResource implements PasswordResetApi {
    private final PasswordResets resets;
    private final MailLimits mailLimits;
    private final CodeLimit codeLimit;
    private final CurrentClient client;

    PasswordResetResource(PasswordResets resets, MailLimits mailLimits, CodeLimit codeLimit, CurrentClient client) {
        this.resets = resets;
        this.mailLimits = mailLimits;
        this.codeLimit = codeLimit;
        this.client = client;
    }

    @Override
    public Response requestPasswordReset(MailRequestBody body) {
        mailLimits.take(client.get(), body.getEmail(), null);
        resets.request(body.getEmail(), client.language());
        return Response.accepted(new RequestPasswordResetResponseBody()).build();
    }

    @Override
    public Response confirmPasswordReset(PasswordResetBody body) {
        ShownProof shown = new ShownProof(body.getToken(), body.getEmail(), body.getCode());
        return codeLimit.counted(client.get(), () -> {
            resets.confirm(shown.ofMailbox(), body.getNewPassword(), client.language());
            return Response.ok(new ConfirmPasswordResetResponseBody()).build();
        });
    }
}
