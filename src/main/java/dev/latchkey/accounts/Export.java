package dev.latchkey.accounts;

import dev.latchkey.data.StoredEntry;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * A user's account and entries, page by page.
 *
 * <p>No transaction spans the pages. A client may take hours, and during such a transaction SQLite could not reuse its log, and
 * PostgreSQL could not vacuum deleted rows.
 */
final class Export implements Iterator<List<StoredEntry>> {
    private final Profile profile;
    private final Function<String, List<StoredEntry>> pageAfter;
    private String last = "";
    // Null if it has not been read yet.
    private List<StoredEntry> next;

    /** {@code pageAfter} gives the page of entries after a key, which is empty at the end. The first page is read at once. */
    Export(Profile profile, Function<String, List<StoredEntry>> pageAfter) {
        this.profile = profile;
        this.pageAfter = pageAfter;
        this.next = pageAfter.apply(last);
    }

    Profile profile() {
        return profile;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = pageAfter.apply(last);
        }
        return !next.isEmpty();
    }

    @Override
    public List<StoredEntry> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<StoredEntry> page = next;
        last = page.get(page.size() - 1).key();
        next = null;
        return page;
    }
}
