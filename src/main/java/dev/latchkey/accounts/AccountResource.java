package dev.latchkey.accounts;

import dev.latchkey.api.AccountApi;
import dev.latchkey.api.model.AccountBody;
import dev.latchkey.api.model.ChangePasswordResponseBody;
import dev.latchkey.api.model.DeleteAccountResponseBody;
import dev.latchkey.api.model.PasswordChangeBody;
import dev.latchkey.api.model.ReadAccountResponseBody;
import dev.latchkey.api.model.UpdateAccountResponseBody;
import dev.latchkey.data.Entries;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.contract.MergePatch;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.limits.StreamSlots;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The operations tagged Account. */
public final class AccountResource implements AccountApi {
    private static final List<String> FIXED = List.of("user_id", "username", "password", "created_at");

    private final Accounts accounts;
    private final Exports exports;
    private final Entries entries;
    private final CurrentClient client;
    private final StreamSlots slots = new StreamSlots();

    AccountResource(Accounts accounts, Exports exports, Entries entries, CurrentClient client) {
        this.accounts = accounts;
        this.exports = exports;
        this.entries = entries;
        this.client = client;
    }

    int runningExports() {
        return slots.taken();
    }

    @Override
    public Response readAccount(Caller caller) {
        return Response.ok(new ReadAccountResponseBody()
                        .data(AccountBodies.account(accounts.read(caller.userId()), entries.usage(caller.userId()))))
                .build();
    }

    @Override
    public Response updateAccount(MergePatch<AccountBody> patch, Caller caller) {
        Profile updated = accounts.update(caller.userId(), before -> patched(patch, before), requester());
        return Response.ok(new UpdateAccountResponseBody()
                        .data(AccountBodies.account(updated, entries.usage(caller.userId()))))
                .build();
    }

    private Requester requester() {
        return new Requester(client.get(), client.language());
    }

    private Profile patched(MergePatch<AccountBody> patch, Profile before) {
        AccountBody target = AccountBodies.account(before);
        List<String> refused = patch.changed(target, FIXED);
        if (!refused.isEmpty()) {
            throw new Problem(
                    ErrorCode.INVALID_REQUEST,
                    refused.stream()
                            .map(name -> new InvalidField(name, "cannot be changed here"))
                            .toList());
        }
        AccountBody patched = patch.applyTo(target);
        User user = before.user();
        Profile after = before.withUser(new User(
                user.id(),
                user.username(),
                user.email(),
                patched.getFullName(),
                patched.getAge(),
                patched.getGender(),
                patched.getLocale()));
        return patch.hasMember("email") ? after.withEmail(patched.getEmail(), accounts.areAddressesConfirmed()) : after;
    }

    @Override
    public Response changePassword(PasswordChangeBody body, Caller caller) {
        accounts.changePassword(caller, body.getCurrentPassword(), body.getNewPassword(), requester());
        return Response.ok(new ChangePasswordResponseBody()).build();
    }

    @Override
    public Response deleteAccount(Caller caller) {
        accounts.delete(caller);
        return Response.ok(new DeleteAccountResponseBody()).build();
    }

    @Override
    public Response exportAccount(Caller caller) {
        slots.take(caller.userId());
        client.atEnd(() -> slots.giveBack(caller.userId()));
        return Response.ok(exports.begin(caller.userId()).orElseThrow(Problem::tokenInvalid))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"latchkey-export.json\"")
                .build();
    }
}
