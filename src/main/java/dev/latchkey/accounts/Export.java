package dev.latchkey.accounts;

import dev.latchkey.data.StoredEntry;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * A user's account and entries, page by page.
 *
 * <p>Nothing is held in the database meanwhile: a client may take hours, and a transaction as long would have SQLite keep
 * everything that is written in the log, and PostgreSQL everything that is deleted.
 */
final class Export implements Iterator<List<StoredEntry>> {
    private final Profile profile;
    private final Function<String, List<StoredEntry>> pageAfter;
    private String last = "";
    // Null if it has not been asked for yet.
    private List<StoredEntry> next;

    /** {@code pageAfter} gives the entries that come after a key, a page of them, and none at the end; the first page is read at once. */
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
