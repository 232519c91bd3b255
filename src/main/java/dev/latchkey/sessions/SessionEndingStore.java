package dev.latchkey.sessions;

import dev.latchkey.server.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Deletes from the table {@code sessions}. A session that ends before its access tokens expire is appended to {@link
 * EndedSessionStore} in the same transaction, so that every server learns of it.
 */
public final class SessionEndingStore {
    private static final int BATCH_SIZE = 500;

    private final Database database;
    private final EndedSessionStore endedSessions;

    public SessionEndingStore(Database database, EndedSessionStore endedSessions) {
        this.database = database;
        this.endedSessions = endedSessions;
    }

    /** Ends the sessions of the user except for the {@code kept} most recently used. */
    List<EndedSession> endOldest(Handle handle, Session newest, int kept) {
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

    /** Ends the session if it is one of the user's. */
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
     * Ends all sessions of the user but one, in the transaction of the change that invalidates them.
     *
     * @param exceptId null for all
     * @return the ended sessions, which the caller passes to {@link KnownEndings#add} after the commit
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
     * Ends the sessions of all users that began before {@code now}, in batches, so that other writes need not wait long.
     *
     * @return how many
     */
    public int endAllOfAllUsers(Instant now) {
        int total = 0;
        for (int ended = endBatch(now); ended > 0; ended = endBatch(now)) {
            total += ended;
        }
        return total;
    }

    private int endBatch(Instant now) {
        return database.write(handle -> {
            List<EndedSession> ended = handle.createQuery("""
                    DELETE FROM sessions WHERE (user_id, id) IN (
                        SELECT user_id, id FROM sessions WHERE created_at <= :now LIMIT :batchSize)
                    RETURNING id, token_expires_at
                    """)
                    .bind("now", now.toEpochMilli())
                    .bind("batchSize", BATCH_SIZE)
                    .map((row, context) -> endedSession(row))
                    .list();
            endedSessions.append(handle, ended, now);
            return ended.size();
        });
    }

    /** Deletes expired sessions whose tokens have all expired, in batches, so that other writes need not wait long. */
    void deleteExpired(Instant now) {
        while (deleteBatch(now) == BATCH_SIZE) {
            // A full batch: there may be more.
        }
        endedSessions.deleteExpired(now);
    }

    private int deleteBatch(Instant now) {
        return database.write(handle -> handle.createUpdate("""
                DELETE FROM sessions WHERE (user_id, id) IN (
                    SELECT user_id, id FROM sessions WHERE expires_at <= :now AND token_expires_at <= :now LIMIT :batchSize)
                """)
                .bind("now", now.toEpochMilli())
                .bind("batchSize", BATCH_SIZE)
                .execute());
    }

    private static EndedSession endedSession(ResultSet row) throws SQLException {
        return new EndedSession(row.getString("id"), Instant.ofEpochMilli(row.getLong("token_expires_at")));
    }
}
