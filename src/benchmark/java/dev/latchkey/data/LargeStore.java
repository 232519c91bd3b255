package dev.latchkey.data;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

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
            if (engine == Engine.POSTGRES) {
                // Else it looks for the user of every row, one by one.
                statement.execute("SET session_replication_role = replica");
            }
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

    public DatabaseSettings settings() {
        return store.settings();
    }

    /** Lets its users log in with the password of another. */
    public void givePassword(String username) throws SQLException {
        try (Connection connection = Engine.connect(store.settings());
                PreparedStatement update = connection.prepareStatement("""
                        UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE username = ?)
                        WHERE password_hash = ''
                        """)) {
            update.setString(1, username);
            update.executeUpdate();
        }
    }

    public List<String> users() {
        return IntStream.range(0, USERS).mapToObj(LargeStore::user).toList();
    }

    private static String user(int number) {
        return "user-" + number;
    }

    /** The key of any entry; every user has an entry under it. */
    public String anyKey() {
        return key(ThreadLocalRandom.current().nextInt(keys));
    }

    /** Reads any entry. */
    public void read() {
        store.entries().read(user(ThreadLocalRandom.current().nextInt(USERS)), anyKey(), Conditions.NONE);
    }

    /** Lists any page among the first hundredth of a user's entries, or among the last. */
    public void list(boolean atEnd, boolean withValues) {
        int after = ThreadLocalRandom.current().nextInt(keys / 100);
        if (atEnd) {
            after = keys - 1 - PAGE - after;
        }
        Page page = store.entries().page(user(0), KeyRange.ALL.after(key(after)), PAGE, withValues);
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
