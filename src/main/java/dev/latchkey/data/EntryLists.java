package dev.latchkey.data;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import java.util.List;

/** Lists a user's entries page by page. */
final class EntryLists {
    private final Entries entries;

    EntryLists(Entries entries) {
        this.entries = entries;
    }

    /**
     * What to list.
     *
     * @param prefix what the keys begin with
     * @param cursor where to go on, or null
     * @param limit the most entries of the page
     * @param withValues whether to give the values
     */
    record Selection(String prefix, String cursor, int limit, boolean withValues) {}

    /**
     * A page of the list.
     *
     * @param nextCursor null if there are no more entries
     * @param revision no newer than the entries
     */
    record Listed(List<Entry> entries, String nextCursor, long revision) {}

    /**
     * One page.
     *
     * @throws Problem INVALID_REQUEST if the cursor is not one of this user and prefix
     */
    Listed list(String userId, Selection selection) {
        KeyRange range = KeyRange.withPrefix(selection.prefix());
        if (selection.cursor() != null) {
            range = range.after(Cursor.read(selection.cursor(), userId, selection.prefix())
                    .orElseThrow(() -> new Problem(
                            ErrorCode.INVALID_REQUEST,
                            List.of(new InvalidField("cursor", "must be the next_cursor of the page before")))));
        }
        // Read first: a change in between is then given twice to those who follow the changes from there, and not lost.
        long revision = entries.revision(userId);
        Page page = entries.page(userId, range, selection.limit(), selection.withValues());
        String next = page.hasNext() ? Cursor.of(userId, selection.prefix(), page.lastKey()) : null;
        return new Listed(page.entries(), next, revision);
    }
}
