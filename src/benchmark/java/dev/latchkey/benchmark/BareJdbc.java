package dev.latchkey.benchmark;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What one can have without Latchkey: one connection, the statements of the entry store, prepared once. As durable and as
 * strict as the store's own connections.
 */
public final class BareJdbc implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement select;

    public BareJdbc(DatabaseSettings settings) throws SQLException {
        connection = Engine.connect(settings);
        if (settings.url().startsWith("jdbc:sqlite:")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("PRAGMA foreign_keys = true");
                statement.execute("PRAGMA busy_timeout = 5000");
            }
        }
        insert = connection.prepareStatement("""
                INSERT INTO entries (user_id, key, value, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """);
        select = connection.prepareStatement("SELECT value FROM entries WHERE user_id = ? AND key = ?");
    }

    /** Commits one row, unless within {@link #begin} and {@link #commit}. */
    public int insert(String userId, String key, String value, long now) throws SQLException {
        insert.setString(1, userId);
        insert.setString(2, key);
        insert.setString(3, value);
        insert.setLong(4, now);
        insert.setLong(5, now);
        return insert.executeUpdate();
    }

    public String find(String userId, String key) throws SQLException {
        select.setString(1, userId);
        select.setString(2, key);
        try (ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    public void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    public void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
