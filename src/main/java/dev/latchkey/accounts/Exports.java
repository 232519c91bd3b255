package dev.latchkey.accounts;

import dev.latchkey.data.Entries;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;

/** Gives users everything that is kept for them. */
final class Exports {
    private final Accounts accounts;
    private final Entries entries;

    Exports(Accounts accounts, Entries entries) {
        this.accounts = accounts;
        this.entries = entries;
    }

    /**
     * Begins an export, and reads the first page of it: what is wrong by then can still be answered properly.
     *
     * @throws dev.latchkey.server.problem.Problem INVALID_TOKEN if the user does not exist any more
     */
    Export begin(String userId) {
        Profile profile = accounts.read(userId);
        Export export = new Export(profile, after -> entries.page(userId, after));
        AuditLog.record(AuditEvent.ACCOUNT_EXPORTED, userId);
        return export;
    }
}
