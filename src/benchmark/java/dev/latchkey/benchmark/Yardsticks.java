package dev.latchkey.benchmark;

import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.ReadEntryResponseBody;
import dev.latchkey.server.database.DatabaseSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;

/**
 * What a resource costs that stands in the same server, behind the same handlers and filters, and answers with a body as that of
 * {@code GET /api/data/{key}}, written as that one: one that does nothing, and one with the same query in bare JDBC. No token, no
 * limits, no validation. Not in the contract, since only the benchmark's server has them.
 */
@Path("/benchmark")
@Produces(MediaType.APPLICATION_JSON)
public final class Yardsticks {
    private final ReadEntryResponseBody constant =
            body(new EntryBody().key(LatchkeyProcess.KEY).value(LatchkeyProcess.VALUE));
    private final ThreadLocal<BareJdbc> readers;

    public Yardsticks(DatabaseSettings settings) {
        readers = ThreadLocal.withInitial(() -> BareJdbc.connect(settings));
    }

    private static ReadEntryResponseBody body(EntryBody entry) {
        return new ReadEntryResponseBody().data(entry);
    }

    @GET
    @Path("nothing")
    public ReadEntryResponseBody nothing() {
        return constant;
    }

    /** The entry of the benchmark's user. */
    @GET
    @Path("row/{key}")
    public ReadEntryResponseBody row(@PathParam("key") String key) throws SQLException {
        return body(readers.get().findEntry(LatchkeyProcess.USER, key, System.currentTimeMillis()));
    }
}
