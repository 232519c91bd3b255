package dev.latchkey.sessions;

import dev.latchkey.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The tables {@code sessions} and {@code refresh_rotations}.
 *
 * <p>{@code token_expires_at} never goes back: a server whose clock is ahead may have given a token that lasts longer than the next
 * one, and it is to be revoked for as long.
 */
public final class SessionStore {
    private static final int PORTION = 500;
    private static final String SESSION = """
            SELECT user_id, id, created_at, last_used_at, expires_at, token_expires_at, address, user_agent,
                   refresh_key, refresh_hash, generation
            FROM sessions
            """;

    private final Database database;
    private final EndedSessionStore endedSessions;

    public SessionStore(Database database, EndedSessionStore endedSessions) {
        this.database = database;
        this.endedSessions = endedSessions;
    }

    /**
     * Until when what is given out now lasts.
     *
     * @param session until when the session lasts without another use
     * @param token until when the access token does
     */
    record Lifetimes(Instant now, Instant session, Instant token) {}

    /**
     * Inserts a session, and ends those of the user beyond {@code kept} that were used longest ago.
     *
     * @return those that ended; or empty, and nothing is done, if since {@code passwordVersion} was read the password was changed
     *     or the account was disabled or deleted
     */
    Optional<List<EndedSession>> insert(Session session, int passwordVersion, int kept) {
        return database.write(handle -> {
            // Takes the user's row, so that no change of the password runs beside this and overlooks the new session.
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
            return Optional.of(endOldest(handle, session, kept));
        });
    }

    private List<EndedSession> endOldest(Handle handle, Session newest, int kept) {
        List<EndedSession> ended = handle.createQuery("""
                DELETE FROM sessions WHERE user_id = :userId AND id IN (
                    SELECT id FROM sessions WHERE user_id = :userId
                    ORDER BY last_used_at DESC LIMIT 1000 OFFSET :kept)
                RETURNING id, token_expires_at
                """)
                .bind("userId", newest.userId())
                .bind("kept", kept)
                .map((row, context) -> endedSession(row))
                .list();
        endedSessions.append(handle, ended, newest.createdAt());
        return ended;
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

    /** Those that have not expired by {@code now}, the last used first. */
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

    /** When the token of this number was used, if that was after {@code since}. */
    Optional<Instant> findRotation(String userId, String id, int generation, Instant since) {
        return database.read(handle -> handle.createQuery("""
                SELECT rotated_at FROM refresh_rotations
                WHERE user_id = :userId AND session_id = :id AND generation = :generation AND rotated_at > :since
                """)
                .bind("userId", userId)
                .bind("id", id)
                .bind("generation", generation)
                .bind("since", since.toEpochMilli())
                .mapTo(Long.class)
                .map(Instant::ofEpochMilli)
                .findOne());
    }

    /**
     * Uses up the session's current refresh token, unless it has another number by now than {@code session} says, or has ended.
     *
     * @param session as it was read
     * @param next how long session and access token last from now on
     * @param forgetBefore when tokens were used that need not be remembered any more
     */
    boolean rotate(Session session, Lifetimes next, Instant forgetBefore) {
        int generation = session.refreshing().generation();
        return database.write(handle -> {
            int rotated = handle.createUpdate("""
                    UPDATE sessions
                    SET generation = :generation + 1, last_used_at = :now, expires_at = :expiresAt,
                        token_expires_at = CASE WHEN token_expires_at > :tokenExpiresAt THEN token_expires_at ELSE :tokenExpiresAt END
                    WHERE user_id = :userId AND id = :id AND generation = :generation
                    """)
                    .bind("userId", session.userId())
                    .bind("id", session.id())
                    .bind("generation", generation)
                    .bind("now", next.now().toEpochMilli())
                    .bind("expiresAt", next.session().toEpochMilli())
                    .bind("tokenExpiresAt", next.token().toEpochMilli())
                    .execute();
            if (rotated == 1) {
                handle.createUpdate("""
                        DELETE FROM refresh_rotations
                        WHERE user_id = :userId AND session_id = :id AND rotated_at < :forgetBefore
                        """)
                        .bind("userId", session.userId())
                        .bind("id", session.id())
                        .bind("forgetBefore", forgetBefore.toEpochMilli())
                        .execute();
                handle.createUpdate("""
                        INSERT INTO refresh_rotations (user_id, session_id, generation, rotated_at)
                        VALUES (:userId, :id, :generation, :now)
                        """)
                        .bind("userId", session.userId())
                        .bind("id", session.id())
                        .bind("generation", generation)
                        .bind("now", next.now().toEpochMilli())
                        .execute();
            }
            return rotated == 1;
        });
    }

    /** Notes that the session gave one more access token; false if the session has ended. */
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

    /** Ends the session if it is one of the user's; makes its ending known to all servers if it has access tokens left. */
    Optional<EndedSession> end(String userId, String id, Instant now) {
        return database.write(handle -> {
            List<EndedSession> ended = handle.createQuery("""
                    DELETE FROM sessions WHERE user_id = :userId AND id = :id RETURNING id, token_expires_at
                    """)
                    .bind("userId", userId)
                    .bind("id", id)
                    .map((row, context) -> endedSession(row))
                    .list();
            endedSessions.append(handle, ended, now);
            return ended.stream().findFirst();
        });
    }

    /** Ends all sessions of the user. */
    List<EndedSession> endAll(String userId, Instant now) {
        return database.write(handle -> endAll(handle, userId, null, now));
    }

    /**
     * Ends all sessions of the user but one, within a change of the user's row that makes them void.
     *
     * @param exceptId null for all
     * @return to be given to {@link KnownEndings#add} once the change is committed
     */
    public List<EndedSession> endAll(Handle handle, String userId, String exceptId, Instant now) {
        List<EndedSession> ended = handle.createQuery("""
                DELETE FROM sessions WHERE user_id = :userId AND id <> :exceptId RETURNING id, token_expires_at
                """)
                .bind("userId", userId)
                .bind("exceptId", exceptId == null ? "" : exceptId)
                .map((row, context) -> endedSession(row))
                .list();
        endedSessions.append(handle, ended, now);
        return ended;
    }

    /**
     * Ends the sessions of all users that began before {@code now}, in portions that keep nobody else waiting.
     *
     * @return how many those were
     */
    public int endAllOfAllUsers(Instant now) {
        int total = 0;
        for (int ended = endPortion(now); ended > 0; ended = endPortion(now)) {
            total += ended;
        }
        return total;
    }

    private int endPortion(Instant now) {
        return database.write(handle -> {
            List<EndedSession> ended = handle.createQuery("""
                    DELETE FROM sessions WHERE (user_id, id) IN (
                        SELECT user_id, id FROM sessions WHERE created_at <= :now LIMIT :portion)
                    RETURNING id, token_expires_at
                    """)
                    .bind("now", now.toEpochMilli())
                    .bind("portion", PORTION)
                    .map((row, context) -> endedSession(row))
                    .list();
            endedSessions.append(handle, ended, now);
            return ended.size();
        });
    }

    /** Deletes what has ended by itself, once no token of it is left to revoke, in portions that keep nobody else waiting. */
    void deleteExpired(Instant now) {
        while (deletePortion(now) == PORTION) {
            // There may be more.
        }
        endedSessions.deleteExpired(now);
    }

    private int deletePortion(Instant now) {
        return database.write(handle -> handle.createUpdate("""
                DELETE FROM sessions WHERE (user_id, id) IN (
                    SELECT user_id, id FROM sessions WHERE expires_at <= :now AND token_expires_at <= :now LIMIT :portion)
                """)
                .bind("now", now.toEpochMilli())
                .bind("portion", PORTION)
                .execute());
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

    private static EndedSession endedSession(ResultSet row) throws SQLException {
        return new EndedSession(row.getString("id"), Instant.ofEpochMilli(row.getLong("token_expires_at")));
    }
}
