package dev.latchkey.accounts;

import dev.latchkey.data.Quotas;
import dev.latchkey.server.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** What is recorded of users: which there are, what they store and may store, and what is known of them. */
public final class AccountRecords {
    private final AccountListStore list;
    private final Profiles profiles;
    private final Exports exports;
    private final ExportWriter writer;
    private final Quotas quotas;

    AccountRecords(AccountListStore list, Profiles profiles, Exports exports, ExportWriter writer, Quotas quotas) {
        this.list = list;
        this.profiles = profiles;
        this.exports = exports;
        this.writer = writer;
        this.quotas = quotas;
    }

    /** A page of accounts. */
    public AccountPage list(AccountQuery query) {
        return list.list(query);
    }

    /** How much each user stores and may store. */
    public Quotas quotas() {
        return quotas;
    }

    /**
     * Writes what {@code GET /api/me/export} gives the user, page by page, so that it takes little memory.
     *
     * @param asLines a line for each entry instead of one document
     * @return false, and nothing is written, if there is no such user
     */
    public boolean export(String userId, boolean asLines, OutputStream output) throws IOException {
        Optional<Export> export = exports.begin(userId);
        if (export.isPresent()) {
            writer.write(export.get(), asLines, output);
        }
        return export.isPresent();
    }

    /**
     * Sets the e-mail address, which must meet the contract's constraints; sessions go on. If it is another one, it is not proven. None waits to
     * be confirmed any more.
     *
     * @return false if there is no such user
     * @throws Problem EMAIL_EXISTS
     */
    public boolean setEmail(String userId, String email) {
        return profiles.update(userId, before -> before.withEmail(email, false), null)
                .isPresent();
    }
}
