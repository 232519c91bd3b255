package dev.latchkey.benchmark;

import dev.latchkey.api.model.EntryBody;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * What one can have without Latchkey: one connection, the statements of the entry store, prepared once. As durable and as
 * strict as the store's own connections.
 */
public final class BareJdbc implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final PreparedStatement selectEntry;
    private final PreparedStatement selectUser;
    private String userId;

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
        // What the entry store asks for GET /api/data/{key}.
        selectEntry = connection.prepareStatement("""
                SELECT key, value, revision, created_at, updated_at, expires_at FROM entries
                WHERE user_id = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)
                """);
        selectUser = connection.prepareStatement("SELECT id FROM users WHERE username = ?");
    }

    /** For where nothing may throw. */
    static BareJdbc connect(DatabaseSettings settings) {
        try {
            return new BareJdbc(settings);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
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

    /** As the entry store does it, with all columns; always of the same user. */
    EntryBody findEntry(String username, String key, long now) throws SQLException {
        selectEntry.setString(1, userId(username));
        selectEntry.setString(2, key);
        selectEntry.setLong(3, now);
        try (ResultSet rows = selectEntry.executeQuery()) {
            if (!rows.next()) {
                throw new IllegalStateException("There is no such entry: " + key);
            }
            EntryBody entry = new EntryBody().key(rows.getString(1)).value(rows.getString(2));
            rows.getLong(3);
            rows.getLong(4);
            rows.getLong(5);
            long expiresAt = rows.getLong(6);
            return rows.wasNull() ? entry : entry.expiresAt(utc(expiresAt));
        }
    }

    private String userId(String username) throws SQLException {
        if (userId == null) {
            selectUser.setString(1, username);
            try (ResultSet rows = selectUser.executeQuery()) {
                userId = rows.next() ? rows.getString(1) : null;
            }
        }
        return userId;
    }

    private static OffsetDateTime utc(long millis) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
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
