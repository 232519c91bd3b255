package dev.latchkey.sessions;

import dev.latchkey.server.database.Database;
import java.time.Instant;
import java.util.Optional;

/** The state of refresh tokens: the current number of each session, and in {@code refresh_rotations} when recent ones were used. */
final class RefreshStore {
    private final Database database;

    RefreshStore(Database database) {
        this.database = database;
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
     * Uses up the session's current refresh token. Returns false if its number is no longer that of {@code session}, or the session
     * has ended.
     *
     * @param session as it was read
     * @param next when session and access token expire from now on
     * @param forgetBefore uses before this time are deleted
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
}
