package dev.latchkey.data.changes;

import java.util.List;

/**
 * The next changes.
 *
 * @param changes ordered by revision
 * @param revision where to go on
 * @param hasMore whether there are more; if not, who has applied these has exactly the data as of {@code revision}
 */
record ChangePage(List<Change> changes, long revision, boolean hasMore) {}
