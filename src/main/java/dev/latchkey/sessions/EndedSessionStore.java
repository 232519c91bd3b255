package dev.latchkey.sessions;

import dev.latchkey.server.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The table {@code ended_sessions}: what every server follows, to refuse access tokens whose session has ended.
 *
 * <p>Revisions go up in the order in which they are committed, so that a server that has read one has read all lower ones.
 */
public final class EndedSessionStore {
    private static final String COUNTER = "ended_sessions";
    // So that a server whose clock is behind still finds what one whose clock is ahead would forget.
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final Database database;

    public EndedSessionStore(Database database) {
        this.database = database;
    }

    /** What ended up to and with a revision. */
    record Endings(long revision, List<EndedSession> sessions) {}

    private record Row(long revision, EndedSession session) {}

    /** Makes known what has ended, within the change that ends it. */
    void append(Handle handle, List<EndedSession> ended, Instant now) {
        List<EndedSession> withTokens = ended.stream()
                .filter(session -> session.tokenExpiresAt().plus(MARGIN).isAfter(now))
                .toList();
        if (withTokens.isEmpty()) {
            return;
        }
        // Holds the counter's row until the commit: a revision never comes to be seen after a higher one.
        long revision =
                handle.createQuery("""
                INSERT INTO counters (name, value) VALUES (:name, 1)
                ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
                RETURNING value
                """).bind("name", COUNTER).mapTo(Long.class).one();
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO ended_sessions (revision, session_id, token_expires_at)
                VALUES (:revision, :sessionId, :tokenExpiresAt)
                """);
        for (EndedSession session : withTokens) {
            batch.bind("revision", revision)
                    .bind("sessionId", session.id())
                    .bind("tokenExpiresAt", session.tokenExpiresAt().toEpochMilli())
                    .add();
        }
        batch.execute();
    }

    /**
     * What ended after a revision; or all there is, if the counter has gone back since, as it does where a backup is restored or a
     * standby takes over that lacks the last writes: what is counted anew may be under numbers that were seen already.
     */
    Endings findAfter(long revision) {
        return database.read(handle -> {
            // Asked first, so that everything up to it can be seen by what is asked next.
            long latest = handle.createQuery("SELECT value FROM counters WHERE name = :name")
                    .bind("name", COUNTER)
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(0L);
            List<Row> rows = rowsAfter(handle, latest < revision ? 0 : revision);
            return new Endings(
                    rows.isEmpty()
                            ? latest
                            : Math.max(latest, rows.get(rows.size() - 1).revision()),
                    rows.stream().map(Row::session).toList());
        });
    }

    private static List<Row> rowsAfter(Handle handle, long revision) {
        return handle.createQuery("""
                SELECT revision, session_id, token_expires_at FROM ended_sessions WHERE revision > :revision
                ORDER BY revision
                """)
                .bind("revision", revision)
                .map((row, context) -> new Row(
                        row.getLong("revision"),
                        new EndedSession(
                                row.getString("session_id"), Instant.ofEpochMilli(row.getLong("token_expires_at")))))
                .list();
    }

    /** Deletes those whose tokens have expired everywhere. */
    void deleteExpired(Instant now) {
        database.write(handle -> handle.createUpdate("DELETE FROM ended_sessions WHERE token_expires_at <= :expired")
                .bind("expired", now.minus(MARGIN).toEpochMilli())
                .execute());
    }
}
