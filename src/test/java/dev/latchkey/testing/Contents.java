package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Model.Slot;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Everything that is in a database, read behind the server's back. */
public final class Contents {
    private Contents() {}

    /** Fails where SQLite itself finds its file broken. */
    public static Map<Slot, String> ofSqlite(Path file) throws SQLException {
        try (Connection connection = Engine.connect(sqlite(file));
                Statement statement = connection.createStatement()) {
            assertThat(single(statement, "PRAGMA integrity_check")).isEqualTo("ok");
            assertThat(single(statement, "PRAGMA foreign_key_check")).isNull();
            String tables = single(
                    statement, "SELECT count(*) FROM sqlite_schema WHERE name IN ('users', 'entries', 'signing_keys')");
            if (tables.equals("0")) {
                return Map.of();
            }
            assertThat(tables).as("tables of one migration").isEqualTo("3");
            Map<Slot, String> contents = of(connection);
            assertThat(contents.isEmpty()
                            || !single(statement, "SELECT count(*) FROM signing_keys")
                                    .equals("0"))
                    .as("a key that signed the users' tokens")
                    .isTrue();
            return contents;
        }
    }

    public static DatabaseSettings sqlite(Path file) {
        return new DatabaseSettings("jdbc:sqlite:" + file, null, null, 1, 0, null, null);
    }

    public static Map<Slot, String> of(DatabaseSettings settings) throws SQLException {
        try (Connection connection = Engine.connect(settings)) {
            return of(connection);
        }
    }

    private static Map<Slot, String> of(Connection connection) throws SQLException {
        checkCounts(connection);
        // One statement, and so one moment, even if somebody writes.
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT username, '' AS key, email || ' ' || full_name || ' ' || age || ' ' || gender AS value
                        FROM users
                        WHERE password_hash LIKE '$argon2id$%' AND username_key = username AND email_key = email
                        UNION ALL
                        SELECT users.username, entries.key, entries.value
                        FROM entries LEFT JOIN users ON users.id = entries.user_id
                        """)) {
            Map<Slot, String> contents = new HashMap<>();
            while (rows.next()) {
                Slot slot = new Slot(rows.getString("username"), rows.getString("key"));
                assertThat(slot.username()).as("the user of %s", slot).isNotNull();
                assertThat(contents.put(slot, rows.getString("value")))
                        .as("another %s", slot)
                        .isNull();
            }
            return contents;
        }
    }

    /** Fails where the row of a user does not agree with the entries and tombstones, or two entries have one revision. */
    private static void checkCounts(Connection connection) throws SQLException {
        try (ResultSet table = connection.getMetaData().getTables(null, null, "tombstones", null)) {
            if (!table.next()) {
                // The migration that makes it has not run yet.
                return;
            }
        }
        try (Statement statement = connection.createStatement()) {
            assertThat(single(statement, """
                    SELECT users.username || ' has ' || COALESCE(e.entries, 0) || ' entries of ' || COALESCE(e.bytes, 0) || ' bytes up to '
                           || COALESCE(e.last, 0) || ' and ' || COALESCE(t.last, 0) || ', by its row '
                           || COALESCE(d.entries, 0) || ', ' || COALESCE(d.bytes, 0) || ' and ' || COALESCE(d.revision, 0)
                    FROM users
                    LEFT JOIN user_data d ON d.user_id = users.id
                    LEFT JOIN (
                        SELECT user_id, count(*) AS entries, sum(octet_length(key) + octet_length(value)) AS bytes,
                               max(revision) AS last, count(DISTINCT revision) AS revisions
                        FROM entries GROUP BY user_id
                    ) e ON e.user_id = users.id
                    LEFT JOIN (SELECT user_id, max(revision) AS last FROM tombstones GROUP BY user_id) t ON t.user_id = users.id
                    WHERE COALESCE(d.entries, 0) <> COALESCE(e.entries, 0) OR COALESCE(d.bytes, 0) <> COALESCE(e.bytes, 0)
                       OR COALESCE(d.revision, 0) < COALESCE(e.last, 0) OR COALESCE(d.revision, 0) < COALESCE(t.last, 0)
                       OR e.revisions <> e.entries
                    LIMIT 1
                    """)).isNull();
        }
    }

    private static String single(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }
}
