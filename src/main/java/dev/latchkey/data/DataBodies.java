package dev.latchkey.data;

import dev.latchkey.api.model.BatchResultBody;
import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.ListedEntryBody;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Makes bodies of the contract. */
final class DataBodies {
    private DataBodies() {}

    static EntryBody stored(Entry entry) {
        return new EntryBody().key(entry.key()).value(entry.value()).expiresAt(utc(entry.expiresAt()));
    }

    static ListedEntryBody listed(Entry entry) {
        return new ListedEntryBody()
                .key(entry.key())
                .value(entry.value())
                .etag(entry.etag())
                .createdAt(utc(entry.createdAt()))
                .updatedAt(utc(entry.updatedAt()))
                .expiresAt(utc(entry.expiresAt()));
    }

    static BatchResultBody result(Outcome outcome) {
        return new BatchResultBody()
                .status(outcome.isNew() ? 201 : 200)
                .etag(outcome.etag())
                .revision(outcome.revision());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
