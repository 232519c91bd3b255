package dev.latchkey.data;

import dev.latchkey.api.DataApi;
import dev.latchkey.api.model.CreateEntryResponse;
import dev.latchkey.api.model.DeleteEntryResponse;
import dev.latchkey.api.model.NewValue;
import dev.latchkey.api.model.ReadEntryResponse;
import dev.latchkey.api.model.UpdateEntryResponse;
import dev.latchkey.server.auth.Caller;
import jakarta.ws.rs.core.Response;

/** The operations tagged Data. */
public final class DataResource implements DataApi {
    private final Entries entries;

    public DataResource(Entries entries) {
        this.entries = entries;
    }

    @Override
    public Response createEntry(dev.latchkey.api.model.Entry body, Caller caller) {
        entries.create(caller.userId(), new Entry(body.getKey(), body.getValue()));
        return Response.status(Response.Status.CREATED)
                .entity(new CreateEntryResponse())
                .build();
    }

    @Override
    public Response readEntry(String key, Caller caller) {
        Entry entry = entries.read(caller.userId(), key);
        dev.latchkey.api.model.Entry body =
                new dev.latchkey.api.model.Entry().key(entry.key()).value(entry.value());
        return Response.ok(new ReadEntryResponse().data(body)).build();
    }

    @Override
    public Response updateEntry(String key, NewValue body, Caller caller) {
        entries.update(caller.userId(), new Entry(key, body.getValue()));
        return Response.ok(new UpdateEntryResponse()).build();
    }

    @Override
    public Response deleteEntry(String key, Caller caller) {
        entries.delete(caller.userId(), key);
        return Response.ok(new DeleteEntryResponse()).build();
    }
}
