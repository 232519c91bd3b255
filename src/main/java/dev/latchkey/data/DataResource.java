package dev.latchkey.data;

import dev.latchkey.api.DataApi;
import dev.latchkey.api.model.BatchBody;
import dev.latchkey.api.model.BatchResultsBody;
import dev.latchkey.api.model.CreateEntryResponseBody;
import dev.latchkey.api.model.DeleteEntryResponseBody;
import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.EntryListBody;
import dev.latchkey.api.model.ExpiryChangeBody;
import dev.latchkey.api.model.ImportEntriesResponseBody;
import dev.latchkey.api.model.ImportModeBody;
import dev.latchkey.api.model.ImportedEntryBody;
import dev.latchkey.api.model.ListEntriesResponseBody;
import dev.latchkey.api.model.NewValueBody;
import dev.latchkey.api.model.ReadEntryResponseBody;
import dev.latchkey.api.model.RunBatchResponseBody;
import dev.latchkey.api.model.UpdateEntryResponseBody;
import dev.latchkey.data.EntryLists.Listed;
import dev.latchkey.data.EntryLists.Selection;
import dev.latchkey.data.Operation.Kind;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.contract.EntityTags;
import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.server.contract.JsonLines;
import dev.latchkey.server.contract.MergePatch;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.server.threads.Stages;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The operations tagged Data. */
public final class DataResource implements DataApi {
    private static final String EXPIRES_IN = "expires_in";

    private final Entries entries;
    private final EntryLists lists;
    private final Imports imports;

    DataResource(Entries entries, Imports imports) {
        this.entries = entries;
        this.lists = new EntryLists(entries);
        this.imports = imports;
    }

    @Override
    public Response listEntries(String prefix, Integer limit, String cursor, Boolean values, Caller caller) {
        Selection selection = new Selection(prefix == null ? "" : prefix, cursor, limit, values);
        Listed listed = lists.list(caller.userId(), selection);
        EntryListBody body = new EntryListBody()
                .entries(listed.entries().stream().map(DataBodies::listed).toList())
                .nextCursor(listed.nextCursor())
                .revision(listed.revision());
        Response.ResponseBuilder response = Response.ok(new ListEntriesResponseBody().data(body));
        if (listed.nextCursor() != null) {
            URI next = UriBuilder.fromResource(DataApi.class)
                    .queryParam("prefix", "{prefix}")
                    .queryParam("limit", limit)
                    .queryParam("values", values)
                    .queryParam("cursor", listed.nextCursor())
                    .build(selection.prefix());
            response.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
        }
        return response.build();
    }

    @Override
    public CompletionStage<Response> createEntry(EntryBody body, IdempotencyKey idempotencyKey, Caller caller) {
        Operation create = new Operation(
                Kind.CREATE, body.getKey(), body.getValue(), Expiry.in(body.getExpiresIn()), Conditions.NONE);
        return one(create, idempotencyKey, caller, new CreateEntryResponseBody());
    }

    @Override
    public Response readEntry(String key, EntityTags ifMatch, EntityTags ifNoneMatch, Caller caller) {
        Conditions conditions = new Conditions(ifMatch, ifNoneMatch);
        Entry entry = entries.read(caller.userId(), key, conditions);
        Response.ResponseBuilder response = conditions.holdIfNoneMatch(entry.revision())
                ? Response.ok(new ReadEntryResponseBody().data(DataBodies.stored(entry)))
                : Response.notModified();
        return response.header(HttpHeaders.ETAG, entry.etag()).build();
    }

    @Override
    public CompletionStage<Response> updateEntry(
            String key,
            NewValueBody body,
            Boolean upsert,
            IdempotencyKey idempotencyKey,
            EntityTags ifMatch,
            EntityTags ifNoneMatch,
            Caller caller) {
        Conditions conditions = new Conditions(ifMatch, ifNoneMatch);
        Kind kind = upsert || conditions.demandNew() ? Kind.PUT : Kind.UPDATE;
        Operation update = new Operation(kind, key, body.getValue(), Expiry.in(body.getExpiresIn()), conditions);
        return one(update, idempotencyKey, caller, new UpdateEntryResponseBody());
    }

    @Override
    public CompletionStage<Response> changeExpiry(
            String key,
            MergePatch<ExpiryChangeBody> patch,
            IdempotencyKey idempotencyKey,
            EntityTags ifMatch,
            EntityTags ifNoneMatch,
            Caller caller) {
        if (!patch.hasMember(EXPIRES_IN)) {
            throw new Problem(ErrorCode.INVALID_REQUEST, List.of(new InvalidField(EXPIRES_IN, "is required")));
        }
        Expiry expiry = Expiry.in(patch.applyTo(new ExpiryChangeBody()).getExpiresIn());
        Operation expire = new Operation(Kind.EXPIRE, key, null, expiry, new Conditions(ifMatch, ifNoneMatch));
        return one(expire, idempotencyKey, caller, new UpdateEntryResponseBody());
    }

    @Override
    public CompletionStage<Response> deleteEntry(
            String key, IdempotencyKey idempotencyKey, EntityTags ifMatch, EntityTags ifNoneMatch, Caller caller) {
        Operation delete = new Operation(Kind.DELETE, key, null, null, new Conditions(ifMatch, ifNoneMatch));
        return one(delete, idempotencyKey, caller, new DeleteEntryResponseBody());
    }

    @Override
    public CompletionStage<Response> runBatch(BatchBody body, IdempotencyKey idempotencyKey, Caller caller) {
        List<Operation> operations = BatchBodies.of(body);
        return apply("runBatch", operations, idempotencyKey, caller, applied -> {
            BatchResultsBody results = new BatchResultsBody()
                    .results(applied.outcomes().stream().map(DataBodies::result).toList());
            return Response.ok(new RunBatchResponseBody().data(results));
        });
    }

    @Override
    public Response importEntries(JsonLines<ImportedEntryBody> body, ImportModeBody mode, Caller caller) {
        Imports.Mode how = Imports.Mode.valueOf(mode.name());
        ImportTally tally = imports.run(caller.userId(), how, () -> body.next().map(ImportBodies::line));
        return Response.ok(new ImportEntriesResponseBody().data(ImportBodies.result(tally)))
                .build();
    }

    /** Does an operation of its own; {@code body} is that of the response, unless an entry was created. */
    private CompletionStage<Response> one(
            Operation operation, IdempotencyKey idempotencyKey, Caller caller, Object body) {
        return apply("", List.of(operation), idempotencyKey, caller, applied -> {
            Outcome outcome = applied.last();
            Response.ResponseBuilder response = outcome.isNew()
                    ? Response.status(Response.Status.CREATED).entity(new CreateEntryResponseBody())
                    : Response.ok(body);
            return response.header(HttpHeaders.ETAG, outcome.etag());
        });
    }

    private CompletionStage<Response> apply(
            String batch,
            List<Operation> operations,
            IdempotencyKey idempotencyKey,
            Caller caller,
            Function<Applied, Response.ResponseBuilder> response) {
        IdempotentRequest request = IdempotentRequest.of(idempotencyKey, batch, operations);
        return Stages.then(entries.apply(caller.userId(), operations, request), result -> {
            Applied applied = result.get();
            if (!applied.isDone()) {
                throw applied.problem(!batch.isEmpty());
            }
            return response.apply(applied)
                    .header(Problem.REPLAYED, applied.isReplayed() ? "true" : null)
                    .build();
        });
    }
}
