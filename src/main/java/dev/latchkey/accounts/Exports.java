package dev.latchkey.accounts;

import dev.latchkey.data.Entries;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import java.util.Optional;

/** Gives users all of their data. */
final class Exports {
    private static final int PAGE = 256;

    private final Profiles profiles;
    private final Entries entries;

    Exports(Profiles profiles, Entries entries) {
        this.profiles = profiles;
        this.entries = entries;
    }

    /**
     * Begins an export and reads its first page: a failure up to here can still be answered with an error. Empty if there is no such user.
     */
    Optional<Export> begin(String userId) {
        Optional<Export> export = profiles.find(userId)
                .map(profile ->
                        new Export(profile, entries.usage(userId), range -> entries.page(userId, range, PAGE, true)));
        export.ifPresent(begun -> AuditLog.record(AuditEvent.ACCOUNT_EXPORTED, userId));
        return export;
    }
}
