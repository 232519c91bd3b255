package dev.latchkey.accounts;

import dev.latchkey.data.Entries;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;

/** Gives users all of their data. */
final class Exports {
    private static final int PAGE = 256;

    private final Accounts accounts;
    private final Entries entries;

    Exports(Accounts accounts, Entries entries) {
        this.accounts = accounts;
        this.entries = entries;
    }

    /**
     * Begins an export and reads its first page: a failure up to here can still be answered with an error.
     *
     * @throws dev.latchkey.server.problem.Problem INVALID_TOKEN if the user no longer exists
     */
    Export begin(String userId) {
        Profile profile = accounts.read(userId);
        Export export = new Export(profile, entries.usage(userId), range -> entries.page(userId, range, PAGE, true));
        AuditLog.record(AuditEvent.ACCOUNT_EXPORTED, userId);
        return export;
    }
}
