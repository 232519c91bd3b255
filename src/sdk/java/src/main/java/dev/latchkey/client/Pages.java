package dev.latchkey.client;

import dev.latchkey.client.model.EntryList;
import dev.latchkey.client.model.ListedEntry;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The entries of a list. A page is read when the one before is used up. */
final class Pages implements Iterator<ListedEntry> {
    private final Function<String, EntryList> read;
    private Iterator<ListedEntry> page = Collections.emptyIterator();
    private String cursor;
    private boolean isLast;

    /** {@code read} gives the page at a cursor, or the first page if that is null. */
    Pages(Function<String, EntryList> read) {
        this.read = read;
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && !isLast) {
            EntryList next = read.apply(cursor);
            page = next.getEntries().iterator();
            cursor = next.getNextCursor();
            isLast = cursor == null;
        }
        return page.hasNext();
    }

    @Override
    public ListedEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.next();
    }
}
