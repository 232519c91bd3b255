package dev.latchkey.client;

import dev.latchkey.client.model.EntryList;
import dev.latchkey.client.model.ListedEntry;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The entries of a list. A page is read when the one before is used up. */
final class Pages implements Iterator<ListedEntry> {
    private final Read read;
    private final int pageSize;
    private long left;
    private Iterator<ListedEntry> page = Collections.emptyIterator();
    private String cursor;
    private boolean isLast;

    /** Gives the page at a cursor, or the first page if that is null. */
    @FunctionalInterface
    interface Read {
        EntryList page(String cursor, int size);
    }

    Pages(Read read, int pageSize, long limit) {
        this.read = read;
        this.pageSize = pageSize;
        this.left = limit;
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && !isLast && left > 0) {
            EntryList next = read.page(cursor, (int) Math.min(left, pageSize));
            left -= next.getEntries().size();
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
