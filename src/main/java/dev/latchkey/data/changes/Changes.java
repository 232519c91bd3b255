package dev.latchkey.data.changes;

import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.util.List;

/** The changes of a user's data after a revision. */
final class Changes {
    private final ChangeStore store;
    private final Clock clock;

    Changes(ChangeStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The next changes after {@code since}.
     *
     * @throws Problem CHANGES_GONE if some before them may be forgotten, or the data was never at that revision
     */
    ChangePage after(long since, String userId, Selection selection) {
        ChangeStore.Found found = store.find(userId, since, selection, clock.instant());
        if (since < found.floor() || since > found.head()) {
            throw Problem.changesGone(found.head());
        }
        List<Change> changes = found.changes();
        long revision = found.hasMore() ? changes.get(changes.size() - 1).revision() : found.head();
        return new ChangePage(changes, revision, found.hasMore());
    }
}
