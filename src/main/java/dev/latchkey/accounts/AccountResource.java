package dev.latchkey.accounts;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.api.AccountApi;
import dev.latchkey.api.model.AccountBody;
import dev.latchkey.api.model.ChangePasswordResponseBody;
import dev.latchkey.api.model.DeleteAccountResponseBody;
import dev.latchkey.api.model.ExportedEntryBody;
import dev.latchkey.api.model.PasswordChangeBody;
import dev.latchkey.api.model.ReadAccountResponseBody;
import dev.latchkey.api.model.UpdateAccountResponseBody;
import dev.latchkey.api.model.UsageBody;
import dev.latchkey.data.Entries;
import dev.latchkey.data.Entry;
import dev.latchkey.data.Usage;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.contract.MergePatch;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** The operations tagged Account. */
public final class AccountResource implements AccountApi {
    private static final List<String> FIXED = List.of("user_id", "username", "password", "created_at");

    private final Accounts accounts;
    private final Exports exports;
    private final Entries entries;
    private final CurrentClient client;
    private final ObjectMapper mapper;
    private final ExportSlots slots = new ExportSlots();

    /** {@code mapper} writes the bodies of the contract. */
    AccountResource(Accounts accounts, Exports exports, Entries entries, CurrentClient client, ObjectMapper mapper) {
        this.accounts = accounts;
        this.exports = exports;
        this.entries = entries;
        this.client = client;
        this.mapper = mapper;
    }

    @Override
    public Response readAccount(Caller caller) {
        return Response.ok(new ReadAccountResponseBody().data(withUsage(accounts.read(caller.userId()))))
                .build();
    }

    @Override
    public Response updateAccount(MergePatch<AccountBody> patch, Caller caller) {
        Profile updated = accounts.update(caller.userId(), before -> patched(patch, before));
        return Response.ok(new UpdateAccountResponseBody().data(withUsage(updated)))
                .build();
    }

    private static Profile patched(MergePatch<AccountBody> patch, Profile before) {
        AccountBody target = toBody(before);
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
        return new Profile(
                new User(
                        user.id(),
                        user.username(),
                        patched.getEmail(),
                        patched.getFullName(),
                        patched.getAge(),
                        patched.getGender()),
                before.createdAt());
    }

    @Override
    public Response changePassword(PasswordChangeBody body, Caller caller) {
        accounts.changePassword(caller, body.getCurrentPassword(), body.getNewPassword(), client.get());
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
        Export export = exports.begin(caller.userId());
        StreamingOutput document = output -> write(export, output);
        return Response.ok(document)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"latchkey-export.json\"")
                .build();
    }

    /** A failure on the way leaves the document incomplete. */
    private void write(Export export, OutputStream output) throws IOException {
        JsonGenerator json = mapper.getFactory().createGenerator(output);
        json.writeStartObject();
        json.writeStringField("status", "success");
        json.writeObjectFieldStart("data");
        json.writePOJOField("account", withUsage(export.profile()));
        json.writeArrayFieldStart("entries");
        while (export.hasNext()) {
            for (Entry entry : export.next()) {
                json.writePOJO(toBody(entry));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.flush();
    }

    private AccountBody withUsage(Profile profile) {
        Usage usage = entries.usage(profile.user().id());
        return toBody(profile)
                .usage(new UsageBody()
                        .entries(usage.entries())
                        .bytes(usage.bytes())
                        .maxEntries(usage.quota().maxEntries())
                        .maxBytes(usage.quota().maxBytes()));
    }

    private static AccountBody toBody(Profile profile) {
        User user = profile.user();
        return new AccountBody()
                .userId(user.id())
                .username(user.username())
                .email(user.email())
                .fullName(user.fullName())
                .age(user.age())
                .gender(user.gender())
                .createdAt(utc(profile.createdAt()));
    }

    private static ExportedEntryBody toBody(Entry entry) {
        return new ExportedEntryBody()
                .key(entry.key())
                .value(entry.value())
                .createdAt(utc(entry.createdAt()))
                .updatedAt(utc(entry.updatedAt()))
                .expiresAt(entry.expiresAt() == null ? null : utc(entry.expiresAt()));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
