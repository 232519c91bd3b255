package dev.latchkey.data;

import java.util.List;

/**
 * Entries that follow one another. None if there are no more.
 *
 * @param hasNext whether there are more after the last one
 */
public record Page(List<Entry> entries, boolean hasNext) {

    public Page {
        entries = List.copyOf(entries);
    }

    /** The key of the last entry. */
    public String lastKey() {
        return entries.get(entries.size() - 1).key();
    }
}
