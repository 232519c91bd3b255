package dev.latchkey.data.changes;

import dev.latchkey.server.problem.Problem;
import java.time.Clock;

/** The changes of a user's data after a revision. */
final class Changes {
    private static final int MAX_ATTEMPTS = 10;

    private final ChangeStore store;
    private final Clock clock;

    Changes(ChangeStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The next changes after {@code since}. If there are more, there is at least one, unless very many deletions are out of date.
     *
     * @throws Problem CHANGES_GONE if some before them may be forgotten, or the data was never at that revision
     */
    ChangePage after(long since, String userId, Selection selection) {
        long from = since;
        for (int attempt = 1; ; attempt++) {
            ChangeStore.Found found = store.find(userId, from, selection, clock.instant());
            if (from < found.floor() || from > found.head()) {
                throw Problem.changesGone(found.head());
            }
            if (!found.hasMore() || !found.changes().isEmpty() || attempt == MAX_ATTEMPTS) {
                return new ChangePage(found.changes(), found.end(), found.hasMore());
            }
            from = found.end();
        }
    }
}
