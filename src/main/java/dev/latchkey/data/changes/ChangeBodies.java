package dev.latchkey.data.changes;

import dev.latchkey.api.model.ChangeBody;
import dev.latchkey.api.model.ChangeListBody;
import dev.latchkey.api.model.ChangePositionBody;
import dev.latchkey.api.model.ChangeStreamEndBody;
import dev.latchkey.api.model.ChangeStreamEndReasonBody;
import dev.latchkey.api.model.ChangeTypeBody;
import java.time.ZoneOffset;

/** Makes bodies of the contract. */
final class ChangeBodies {
    private ChangeBodies() {}

    static ChangeListBody of(ChangePage page) {
        return new ChangeListBody()
                .changes(page.changes().stream().map(ChangeBodies::of).toList())
                .revision(page.revision())
                .more(page.hasMore());
    }

    static ChangeBody of(Change change) {
        return new ChangeBody()
                .revision(change.revision())
                .type(change.isDeleted() ? ChangeTypeBody.DELETE : ChangeTypeBody.PUT)
                .key(change.key())
                .value(change.value())
                // The entity tag of the entry, or of its deletion (RFC 9110, section 8.8.3).
                .etag('"' + Long.toString(change.revision()) + '"')
                .expiresAt(
                        change.expiresAt() == null ? null : change.expiresAt().atOffset(ZoneOffset.UTC));
    }

    static ChangePositionBody position(long revision) {
        return new ChangePositionBody().revision(revision);
    }

    static ChangeStreamEndBody end(String reason, long revision) {
        return new ChangeStreamEndBody()
                .reason(ChangeStreamEndReasonBody.valueOf(reason))
                .revision(revision);
    }
}
