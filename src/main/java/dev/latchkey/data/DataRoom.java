package dev.latchkey.data;

import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.NewValueBody;
import dev.latchkey.server.contract.Utf8Size;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import java.time.Clock;
import org.hibernate.validator.cfg.ConstraintDef;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.hibernate.validator.cfg.GenericConstraintDef;

/** The private key-value store of each user. */
public final class DataRoom {
    private final DataSettings settings;
    private final Entries entries;

    public DataRoom(Database database, DataSettings settings, Clock clock) {
        this.settings = settings;
        this.entries = new Entries(new EntryStore(database), clock);
    }

    /** Adds the operations tagged Data. */
    public void addTo(ServerParts server) {
        server.resource(new DataResource(entries)).resource(new EmptyKeyFilter());
        server.contract()
                .constraints(this::limitValues)
                .maxBodyBytes(EntryBody.class, settings.maxBodySize())
                .maxBodyBytes(NewValueBody.class, settings.maxBodySize());
    }

    /** Adds the max length of a value, which the operator sets. */
    private void limitValues(ConstraintMapping mapping) {
        ConstraintDef<?, ?> maxBytes = new GenericConstraintDef<>(Utf8Size.class)
                .param("max", settings.maxValueSize().toBytes())
                .message("must be at most {max} bytes of UTF-8 long");
        mapping.type(EntryBody.class).getter("value").constraint(maxBytes);
        mapping.type(NewValueBody.class).getter("value").constraint(maxBytes);
    }

    /** For the export. */
    public Entries entries() {
        return entries;
    }
}
