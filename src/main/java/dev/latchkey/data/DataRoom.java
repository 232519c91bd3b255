package dev.latchkey.data;

import dev.latchkey.api.model.BatchBody;
import dev.latchkey.api.model.BatchOperationBody;
import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.ImportedEntryBody;
import dev.latchkey.api.model.NewValueBody;
import dev.latchkey.server.contract.Utf8Size;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.server.problem.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import org.hibernate.validator.cfg.ConstraintDef;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.hibernate.validator.cfg.GenericConstraintDef;

/** The private key-value store of each user. */
public final class DataRoom {
    private static final long MAX_BATCH_BYTES = 8 << 20;

    /** A PUT there is about an entry of that name. */
    private static final String IMPORT = "POST /api/data/import";

    // Those who follow the changes learn of an expiry when the entry is deleted.
    private static final Duration SWEEPING_ENTRIES = Duration.ofSeconds(1);

    private static final Duration SWEEPING_REST = Duration.ofSeconds(10);

    private final Database database;
    private final DataSettings settings;
    private final Clock clock;
    private final UserDataStore users;
    private final SweepStore sweepStore;
    private final Entries entries;

    public DataRoom(Database database, DataSettings settings, Clock clock) {
        this(database, settings, (userId, revision) -> {}, clock);
    }

    /** {@code listener} learns of every change. */
    public DataRoom(Database database, DataSettings settings, ChangeListener listener, Clock clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.users = new UserDataStore(database, settings.quota(), listener);
        this.sweepStore = new SweepStore(database, users);
        this.entries = new Entries(new EntryStore(database), users, clock);
    }

    /** Adds the operations tagged Data, and the deletion of what has expired. */
    public void addTo(ServerParts server) {
        Metrics metrics = server.metrics();
        Duration tombstoneLifetime = settings.tombstoneLifetime().toJavaDuration();
        Sweeper sweeper = new Sweeper(sweepStore, tombstoneLifetime, clock, metrics.dropwizard());
        Imports imports = new Imports(entries, clock);
        server.maintenance()
                .repeat(SWEEPING_ENTRIES, "Cannot delete expired entries", sweeper::sweepEntries)
                .repeat(SWEEPING_REST, "Cannot delete expired data", sweeper::sweepRest);
        DataMetrics.addTo(metrics, imports);
        server.resource(new DataResource(entries, imports))
                .resource(new KeyPathFilter())
                .resource(new ConditionHeadersFilter())
                .resource(new ConditionHeadersFilter.Refusal());
        server.contract()
                .constraints(this::limitValues)
                .maxTextLength(settings.maxValueSize().toBytes())
                .maxBodyBytes(EntryBody.class, settings.maxBodySize())
                .maxBodyBytes(NewValueBody.class, settings.maxBodySize())
                .maxBodyBytes(ImportedEntryBody.class, settings.maxBodySize())
                .words(
                        IMPORT,
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "This media type is not supported. Send application/x-ndjson.")
                .maxBodyBytes(BatchBody.class, Math.max(MAX_BATCH_BYTES, settings.maxBodySize()));
    }

    /** Adds the max length of a value, which the operator sets. */
    private void limitValues(ConstraintMapping mapping) {
        ConstraintDef<?, ?> maxBytes = new GenericConstraintDef<>(Utf8Size.class)
                .param("max", settings.maxValueSize().toBytes())
                .message("must be at most {max} bytes of UTF-8 long");
        mapping.type(EntryBody.class).getter("value").constraint(maxBytes);
        mapping.type(NewValueBody.class).getter("value").constraint(maxBytes);
        mapping.type(ImportedEntryBody.class).getter("value").constraint(maxBytes);
        mapping.type(BatchOperationBody.class).getter("value").constraint(maxBytes);
    }

    /** For operators. */
    public Quotas quotas() {
        return new Quotas(users);
    }

    /** For operators whose database has gone back. */
    public RevisionStore revisions() {
        return new RevisionStore(database, clock);
    }

    /** For the export. */
    public Entries entries() {
        return entries;
    }
}
