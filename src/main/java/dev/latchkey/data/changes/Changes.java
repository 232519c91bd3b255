package dev.latchkey.data.changes;

import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.time.Duration;

/** The changes of a user's data after a revision. */
final class Changes {
    /** Of reading on where all that was found is out of date. Then the client has to go on itself. */
    private static final int MAX_ATTEMPTS = 10;

    /** After a failure of the database, how long to leave it alone. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final ChangeStore store;
    private final Clock clock;
    private volatile long downUntil = System.nanoTime();

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
            ChangeStore.Found found = find(userId, from, selection);
            if (from < found.floor() || from > found.head()) {
                throw Problem.changesGone(found.head());
            }
            if (!found.hasMore() || !found.changes().isEmpty() || attempt == MAX_ATTEMPTS) {
                return new ChangePage(found.changes(), found.end(), found.hasMore());
            }
            from = found.end();
        }
    }

    private ChangeStore.Found find(String userId, long since, Selection selection) {
        try {
            return store.find(userId, since, selection, clock.instant());
        } catch (UnavailableException e) {
            downUntil = System.nanoTime() + PAUSE_NANOS;
            throw e;
        }
    }

    /** Whether the database has failed a moment ago, so that it is of no use that all who wait ask it at once. */
    boolean areDown() {
        return downUntil - System.nanoTime() > 0;
    }
}
