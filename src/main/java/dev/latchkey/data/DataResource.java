package dev.latchkey.data;

import dev.latchkey.api.DataApi;
import dev.latchkey.api.model.CreateEntryResponseBody;
import dev.latchkey.api.model.DeleteEntryResponseBody;
import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.NewValueBody;
import dev.latchkey.api.model.ReadEntryResponseBody;
import dev.latchkey.api.model.UpdateEntryResponseBody;
import dev.latchkey.server.auth.Caller;
import jakarta.ws.rs.core.Response;

/** The operations tagged Data. */
public final class DataResource implements DataApi {
    private final Entries entries;

    DataResource(Entries entries) {
        this.entries = entries;
    }

    @Override
    public Response createEntry(EntryBody body, Caller caller) {
        entries.create(caller.userId(), new Entry(body.getKey(), body.getValue()));
        return Response.status(Response.Status.CREATED)
                .entity(new CreateEntryResponseBody())
                .build();
    }

    @Override
    public Response readEntry(String key, Caller caller) {
        Entry entry = entries.read(caller.userId(), key);
        EntryBody body = new EntryBody().key(entry.key()).value(entry.value());
        return Response.ok(new ReadEntryResponseBody().data(body)).build();
    }

    @Override
    public Response updateEntry(String key, NewValueBody body, Caller caller) {
        entries.update(caller.userId(), new Entry(key, body.getValue()));
        return Response.ok(new UpdateEntryResponseBody()).build();
    }

    @Override
    public Response deleteEntry(String key, Caller caller) {
        entries.delete(caller.userId(), key);
        return Response.ok(new DeleteEntryResponseBody()).build();
    }
}
