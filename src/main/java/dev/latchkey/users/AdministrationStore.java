package dev.latchkey.users;

import dev.latchkey.database.Database;
import dev.latchkey.sessions.SessionEndingStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code users}, as operators change it.
 *
 * <p>Whatever makes log-ins void takes the user's row first, as a log-in does, so that none runs beside it and overlooks the change.
 */
public final class AdministrationStore {
    private static final String ACCOUNT = """
            SELECT id, username, email, full_name, created_at, disabled_at,
                   (SELECT count(*) FROM sessions WHERE user_id = users.id AND expires_at > :now) AS sessions
            FROM users
            """;

    private final Database database;
    private final SessionEndingStore sessions;

    public AdministrationStore(Database database, SessionEndingStore sessions) {
        this.database = database;
        this.sessions = sessions;
    }

    Optional<AccountState> findByName(String usernameKey, Instant now) {
        return database.read(handle -> handle.createQuery(ACCOUNT + "WHERE username_key = :usernameKey")
                .bind("usernameKey", usernameKey)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> account(row))
                .findOne());
    }

    Optional<AccountState> findById(String userId, Instant now) {
        return database.read(handle -> handle.createQuery(ACCOUNT + "WHERE id = :id")
                .bind("id", userId)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> account(row))
                .findOne());
    }

    boolean disable(String userId, Instant now) {
        return database.write(handle -> {
            boolean isDone = handle.createUpdate("""
                            UPDATE users
                            SET disabled_at = COALESCE(disabled_at, :now), password_version = password_version + 1
                            WHERE id = :id
                            """)
                            .bind("id", userId)
                            .bind("now", now.toEpochMilli())
                            .execute()
                    == 1;
            sessions.endAll(handle, userId, null, now);
            return isDone;
        });
    }

    boolean enable(String userId) {
        return database.write(handle -> handle.createUpdate("UPDATE users SET disabled_at = NULL WHERE id = :id")
                        .bind("id", userId)
                        .execute()
                == 1);
    }

    boolean setPasswordHash(String userId, String passwordHash, Instant now) {
        return database.write(handle -> {
            boolean isDone = handle.createUpdate("""
                            UPDATE users SET password_hash = :passwordHash, password_version = password_version + 1
                            WHERE id = :id
                            """)
                            .bind("id", userId)
                            .bind("passwordHash", passwordHash)
                            .execute()
                    == 1;
            sessions.endAll(handle, userId, null, now);
            return isDone;
        });
    }

    /** How many ended; empty if there is no such user. */
    OptionalInt endSessions(String userId, Instant now) {
        return database.write(handle -> take(handle, userId)
                ? OptionalInt.of(sessions.endAll(handle, userId, null, now).size())
                : OptionalInt.empty());
    }

    int endAllSessions(Instant now) {
        return sessions.endAllOfAllUsers(now);
    }

    /** Takes the user's row, and makes void what was checked against it; false if there is none. */
    private static boolean take(Handle handle, String userId) {
        return handle.createUpdate("UPDATE users SET password_version = password_version + 1 WHERE id = :id")
                        .bind("id", userId)
                        .execute()
                == 1;
    }

    private static AccountState account(ResultSet row) throws SQLException {
        long disabledAt = row.getLong("disabled_at");
        Instant disabled = row.wasNull() ? null : Instant.ofEpochMilli(disabledAt);
        return new AccountState(
                row.getString("id"),
                row.getString("username"),
                row.getString("email"),
                row.getString("full_name"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                disabled,
                row.getInt("sessions"));
    }
}
