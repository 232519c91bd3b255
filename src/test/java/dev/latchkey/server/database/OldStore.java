package dev.latchkey.server.database;

import dev.latchkey.testing.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** A store as an older Latchkey left it. */
public final class OldStore {
    private OldStore() {}

    /** Makes the tables of this version of the schema in an empty database. */
    public static void make(DatabaseSettings settings, int version) {
        if (settings.isSqlite()) {
            DatabaseFile.open(settings.file(), "database.url");
        }
        try {
            FlywayConfiguration.of(settings)
                    .initSql(settings.isSqlite() ? "PRAGMA journal_mode = WAL" : null)
                    .target(Integer.toString(version))
                    .load()
                    .migrate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds a user with what that version took for the canonical form of the address. */
    public static void addUser(DatabaseSettings settings, String id, String email, String emailKey) {
        addUsers(settings, List.of(new OldUser(id, email, emailKey)));
    }

    /** What differs between the users that are added. */
    public record OldUser(String id, String email, String emailKey) {}

    /** Adds several in one transaction. */
    public static void addUsers(DatabaseSettings settings, List<OldUser> users) {
        try (Connection connection = Engine.connect(settings);
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                        VALUES (?, ?, ?, ?, ?, '', '', '', 0)
                        """)) {
            connection.setAutoCommit(false);
            for (OldUser user : users) {
                insert.setString(1, user.id());
                insert.setString(2, user.id());
                insert.setString(3, user.id());
                insert.setString(4, user.email());
                insert.setString(5, user.emailKey());
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
