package dev.latchkey.sessions;

import dev.latchkey.server.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code sessions}: those that have not ended.
 *
 * <p>{@code token_expires_at} never decreases: a server with a fast clock may have issued a token that expires later than the next
 * one, and it must stay revoked until then.
 */
public final class SessionStore {
    private static final String SESSION = """
            SELECT user_id, id, created_at, last_used_at, expires_at, token_expires_at, address, user_agent,
                   refresh_key, refresh_hash, generation
            FROM sessions
            """;

    private final Database database;
    private final SessionEndingStore endingStore;

    public SessionStore(Database database, SessionEndingStore endingStore) {
        this.database = database;
        this.endingStore = endingStore;
    }

    /**
     * Inserts a session, and ends the least recently used sessions of the user beyond {@code kept}.
     *
     * @return the ended sessions; or empty, and nothing is changed, if the password was changed, or the account disabled or deleted,
     *     since {@code passwordVersion} was read
     */
    Optional<List<EndedSession>> insert(Session session, int passwordVersion, int kept) {
        return database.write(handle -> {
            // Locks the user's row, so that a concurrent change of the password cannot miss the new session.
            int current = handle.createUpdate("""
                    UPDATE users SET password_version = :passwordVersion
                    WHERE id = :userId AND password_version = :passwordVersion AND disabled_at IS NULL
                    """)
                    .bind("userId", session.userId())
                    .bind("passwordVersion", passwordVersion)
                    .execute();
            if (current == 0) {
                return Optional.empty();
            }
            insert(handle, session);
            return Optional.of(endingStore.endOldest(handle, session, kept));
        });
    }

    private static void insert(Handle handle, Session session) {
        Session.Refreshing refreshing = session.refreshing();
        handle.createUpdate("""
                INSERT INTO sessions (user_id, id, created_at, last_used_at, expires_at, token_expires_at, address, user_agent,
                                      refresh_key, refresh_hash, generation)
                VALUES (:userId, :id, :createdAt, :lastUsedAt, :expiresAt, :tokenExpiresAt, :address, :userAgent,
                        :refreshKey, :refreshHash, :generation)
                """)
                .bind("userId", session.userId())
                .bind("id", session.id())
                .bind("createdAt", session.createdAt().toEpochMilli())
                .bind("lastUsedAt", session.lastUsedAt().toEpochMilli())
                .bind("expiresAt", session.expiresAt().toEpochMilli())
                .bind("tokenExpiresAt", session.tokenExpiresAt().toEpochMilli())
                .bind("address", session.origin().address())
                .bind("userAgent", session.origin().userAgent())
                .bind("refreshKey", refreshing == null ? null : refreshing.key().proofKey())
                .bind(
                        "refreshHash",
                        refreshing == null ? null : refreshing.key().secretHash())
                .bind("generation", refreshing == null ? 0 : refreshing.generation())
                .execute();
    }

    Optional<Session> find(String userId, String id) {
        return database.read(handle -> handle.createQuery(SESSION + "WHERE user_id = :userId AND id = :id")
                .bind("userId", userId)
                .bind("id", id)
                .map((row, context) -> session(row))
                .findOne());
    }

    /** Those that have not expired by {@code now}, the most recently used first. */
    List<Session> findAll(String userId, Instant now, int limit) {
        return database.read(handle -> handle.createQuery(SESSION + """
                WHERE user_id = :userId AND expires_at > :now
                ORDER BY last_used_at DESC, id
                LIMIT :limit
                """)
                .bind("userId", userId)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> session(row))
                .list());
    }

    /** Records that the session gives another access token; false if the session has ended. */
    boolean extend(Session session, Lifetimes next) {
        return database.write(handle -> handle.createUpdate("""
                        UPDATE sessions
                        SET last_used_at = :now,
                            token_expires_at = CASE WHEN token_expires_at > :tokenExpiresAt THEN token_expires_at ELSE :tokenExpiresAt END
                        WHERE user_id = :userId AND id = :id
                        """)
                        .bind("userId", session.userId())
                        .bind("id", session.id())
                        .bind("now", next.now().toEpochMilli())
                        .bind("tokenExpiresAt", next.token().toEpochMilli())
                        .execute()
                == 1);
    }

    private static Session session(ResultSet row) throws SQLException {
        String refreshKey = row.getString("refresh_key");
        return new Session(
                row.getString("user_id"),
                row.getString("id"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("last_used_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                Instant.ofEpochMilli(row.getLong("token_expires_at")),
                new Origin(row.getString("address"), row.getString("user_agent")),
                refreshKey == null
                        ? null
                        : new Session.Refreshing(
                                new RefreshTokenKey(refreshKey, row.getString("refresh_hash")),
                                row.getInt("generation")));
    }
}
