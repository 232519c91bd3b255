package dev.latchkey.accounts;

import dev.latchkey.data.Entry;
import dev.latchkey.data.KeyRange;
import dev.latchkey.data.Page;
import dev.latchkey.data.Usage;
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
final class Export implements Iterator<List<Entry>> {
    private final Profile profile;
    private final Usage usage;
    private final Function<KeyRange, Page> pages;
    private Page next;
    private KeyRange rest = KeyRange.ALL;

    /** {@code pages} gives the first page of a range. The first of all is read at once. */
    Export(Profile profile, Usage usage, Function<KeyRange, Page> pages) {
        this.profile = profile;
        this.usage = usage;
        this.pages = pages;
        this.next = pages.apply(rest);
    }

    Profile profile() {
        return profile;
    }

    Usage usage() {
        return usage;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = pages.apply(rest);
        }
        return !next.entries().isEmpty();
    }

    @Override
    public List<Entry> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Page page = next;
        rest = rest.after(page.lastKey());
        next = null;
        return page.entries();
    }
}
