package dev.latchkey.sessions;

import dev.latchkey.server.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The table {@code ended_sessions}: every server polls it, to refuse access tokens whose session has ended.
 *
 * <p>Revisions increase in commit order, so that a server that has read one has read all lower ones.
 */
public final class EndedSessionStore {
    private static final String COUNTER = "ended_sessions";
    // Clocks differ: a server with a fast clock must not delete what one with a slow clock still needs.
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final Database database;

    public EndedSessionStore(Database database) {
        this.database = database;
    }

    /** Sessions that ended, up to and including a revision. */
    record Endings(long revision, List<EndedSession> sessions) {}

    private record Row(long revision, EndedSession session) {}

    /** Publishes ended sessions to all servers, in the transaction that ends them. */
    void append(Handle handle, List<EndedSession> ended, Instant now) {
        List<EndedSession> withTokens = ended.stream()
                .filter(session -> session.tokenExpiresAt().plus(MARGIN).isAfter(now))
                .toList();
        if (withTokens.isEmpty()) {
            return;
        }
        // Locks the counter's row until the commit, so that no revision becomes visible after a higher one.
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
     * What ended after a revision; or everything, if the counter is lower than that. It goes back when a backup is restored, or when a
     * standby takes over that lacks the last writes, and then revisions that were seen already are used again.
     */
    Endings findAfter(long revision) {
        return database.read(handle -> {
            // Read first, so that the next query sees everything up to this revision.
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

    /** Deletes those whose tokens have expired by every server's clock. */
    void deleteExpired(Instant now) {
        database.write(handle -> handle.createUpdate("DELETE FROM ended_sessions WHERE token_expires_at <= :expired")
                .bind("expired", now.minus(MARGIN).toEpochMilli())
                .execute());
    }
}
