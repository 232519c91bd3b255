package dev.latchkey.data;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The revisions of users' data in a store that has gone back, such as to a backup. It would give out revisions a second time: who follows
 * the changes would miss some, and an ETag would stand for two values. So all users go on from numbers that were never given out, and
 * nobody can follow from before them. Entries keep their revisions, because they are what they were.
 */
public final class RevisionStore {
    private static final int STEP = 500;

    /** More changes than a user makes between a backup and its restoration. */
    private static final long FAR = 1_000_000_000;

    private final Database database;
    private final Clock clock;

    RevisionStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Renews the revisions of all users, while servers may run; returns of how many. */
    public long renew() {
        Instant now = clock.instant();
        return renew(after -> step(after, now));
    }

    private List<String> step(String after, Instant now) {
        while (true) {
            try {
                return database.write(handle -> renew(handle, after, now));
            } catch (ConstraintException e) {
                // A user was deleted meanwhile.
                e.require(ConstraintException.Kind.REFERENCE);
            }
        }
    }

    /**
     * The same in a restored SQLite store that no server has open yet. One from before there were revisions is left as it is; it gets
     * new ones when it is brought up to date.
     */
    public static void renewRestored(Handle handle) {
        if (hasRevisions(handle)) {
            Instant now = Instant.now();
            renew(after -> renew(handle, after, now));
        }
    }

    private static boolean hasRevisions(Handle handle) {
        return handle.createQuery("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'user_data'")
                        .mapTo(Integer.class)
                        .one()
                == 1;
    }

    private static long renew(Function<String, List<String>> step) {
        long renewed = 0;
        String last = "";
        List<String> users;
        do {
            users = step.apply(last);
            renewed += users.size();
            // The database compares them by their bytes, too.
            last = users.isEmpty() ? last : Collections.max(users);
        } while (users.size() == STEP);
        return renewed;
    }

    /**
     * Sets revision and floor of the next users after the id {@code after}, also of those who have never stored anything: to the
     * microseconds since 1970, which no number of changes reaches, and which JavaScript knows exactly until the year 2255. If they are
     * beyond that already, the clock is behind; then far beyond what they are.
     *
     * @return the ids of those users, at most {@link #STEP}
     */
    private static List<String> renew(Handle handle, String after, Instant now) {
        return handle.createQuery("""
                INSERT INTO user_data (user_id, revision, floor, entries, bytes)
                SELECT id, :now, :now, 0, 0 FROM users WHERE id > :after ORDER BY id LIMIT :limit
                ON CONFLICT (user_id) DO UPDATE SET
                    revision = CASE WHEN user_data.revision < :now THEN :now ELSE user_data.revision + :far END,
                    floor = CASE WHEN user_data.revision < :now THEN :now ELSE user_data.revision + :far END
                RETURNING user_id
                """)
                .bind("now", ChronoUnit.MICROS.between(Instant.EPOCH, now))
                .bind("far", FAR)
                .bind("after", after)
                .bind("limit", STEP)
                .mapTo(String.class)
                .list();
    }
}
