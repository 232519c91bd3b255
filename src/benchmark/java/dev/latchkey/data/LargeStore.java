package dev.latchkey.data;

import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A store whose entries belong to ten users in equal parts. They are written as users write them who all do so at the same time: the
 * entries of one user lie all over the file.
 */
public final class LargeStore implements AutoCloseable {
    private static final int USERS = 10;
    private static final int STEP = 1_000_000;
    private static final int PAGE = 100;
    private static final long FIRST_KEY = 100_000_000;

    private final FreshStore store;
    private final int keys;

    /** With that many entries, of all users together. */
    public LargeStore(Engine engine, int entries) throws SQLException {
        store = new FreshStore(engine, Grouping.GROUPS, USERS);
        keys = entries / USERS;
        try (Connection connection = Engine.connect(store.settings());
                Statement statement = connection.createStatement()) {
            for (int first = 0; first < entries; first += STEP) {
                insert(connection, first, Math.min(first + STEP, entries));
            }
            statement.execute("""
                    INSERT INTO user_data (user_id, revision, floor, entries, bytes)
                    SELECT user_id, 1, 1, count(*), sum(octet_length(key) + octet_length(value)) FROM entries GROUP BY user_id
                    """);
            // What PostgreSQL does by itself a while after, and SQLite at the next write.
            statement.execute(engine == Engine.SQLITE ? "PRAGMA wal_checkpoint(TRUNCATE)" : "VACUUM ANALYZE entries");
        }
    }

    /** Past the store, in one statement and one transaction, which takes a tenth of the time. */
    private static void insert(Connection connection, int first, int end) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("""
                WITH RECURSIVE numbers (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < %d)
                INSERT INTO entries (user_id, key, value, created_at, updated_at)
                SELECT 'user-' || (n %% %d), 'key-' || (%d + n / %d), ?, 0, 0 FROM numbers
                """.formatted(first, end, USERS, FIRST_KEY, USERS))) {
            insert.setString(1, "v".repeat(100));
            insert.executeUpdate();
        }
    }

    /** Reads any entry. */
    public void read() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        store.entries().read("user-" + random.nextInt(USERS), key(random.nextInt(keys)), Conditions.NONE);
    }

    /** Lists any page among the first hundredth of a user's entries, or among the last. */
    public void list(boolean atEnd, boolean withValues) {
        int after = ThreadLocalRandom.current().nextInt(keys / 100);
        if (atEnd) {
            after = keys - 1 - PAGE - after;
        }
        Page page = store.entries().page("user-0", KeyRange.ALL.after(key(after)), PAGE, withValues);
        if (page.entries().size() != PAGE) {
            throw new IllegalStateException(page.entries().size() + " entries");
        }
    }

    private static String key(int number) {
        return "key-" + (FIRST_KEY + number);
    }

    @Override
    public void close() throws Exception {
        store.close();
    }
}
