package dev.latchkey.mail;

import dev.latchkey.server.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code mails}. */
final class OutboxStore {
    /** How many rows a statement changes at most, so that other writes do not wait for long. */
    static final int STEP = 500;

    private final Database database;

    OutboxStore(Database database) {
        this.database = database;
    }

    /** Adds a mail that is due now, and returns its id. */
    String put(Handle handle, NewMail mail, Instant now) {
        String id = UUID.randomUUID().toString();
        handle.createUpdate("""
                INSERT INTO mails (id, kind, user_id, address, locale, detail, created_at, next_attempt_at, attempts)
                VALUES (:id, :kind, :userId, :address, :locale, :detail, :now, :now, 0)
                """)
                .bind("id", id)
                .bind("kind", mail.kind().fileName())
                .bind("userId", mail.userId())
                .bind("address", mail.address())
                .bind("locale", mail.locale())
                .bind("detail", mail.detail())
                .bind("now", now.toEpochMilli())
                .execute();
        return id;
    }

    /** A mail that is due, as it was when it was read. */
    record Due(String id, long nextAttemptAt) {}

    /** The mails that have been due longest. */
    List<Due> due(Instant now, int limit) {
        return database.read(handle -> handle.createQuery("""
                SELECT id, next_attempt_at FROM mails WHERE failed_at IS NULL AND next_attempt_at <= :now
                ORDER BY next_attempt_at LIMIT :limit
                """)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Due(row.getString("id"), row.getLong("next_attempt_at")))
                .list());
    }

    /** Takes a mail until {@code until}; empty if another server has been quicker. */
    Optional<Claim> claim(Due due, Instant until) {
        return database.write(handle -> handle.createQuery("""
                UPDATE mails SET next_attempt_at = :until
                WHERE id = :id AND next_attempt_at = :seen AND failed_at IS NULL
                RETURNING id, kind, user_id, address, locale, detail, created_at, attempts
                """)
                .bind("until", until.toEpochMilli())
                .bind("id", due.id())
                .bind("seen", due.nextAttemptAt())
                .map((row, context) -> new Claim(
                        new WaitingMail(
                                row.getString("id"),
                                MailKind.ofFileName(row.getString("kind")).orElse(null),
                                row.getString("user_id"),
                                row.getString("address"),
                                row.getString("locale"),
                                row.getString("detail"),
                                Instant.ofEpochMilli(row.getLong("created_at"))),
                        row.getInt("attempts"),
                        Instant.ofEpochMilli(due.nextAttemptAt()),
                        until))
                .findFirst());
    }

    /** Gives a mail back untried. */
    void release(Claim claim) {
        reschedule(claim, claim.dueAt(), claim.attempts(), null);
    }

    /** Gives a mail back after an attempt. */
    void defer(Claim claim, Instant next, String failure) {
        reschedule(claim, next, claim.attempts() + 1, failure);
    }

    private void reschedule(Claim claim, Instant next, int attempts, String failure) {
        database.write(handle -> handle.createUpdate("""
                UPDATE mails SET next_attempt_at = :next, attempts = :attempts, failure = COALESCE(:failure, failure)
                WHERE id = :id AND next_attempt_at = :until
                """)
                .bind("next", next.toEpochMilli())
                .bind("attempts", attempts)
                .bind("failure", failure)
                .bind("id", claim.mail().id())
                .bind("until", claim.until().toEpochMilli())
                .execute());
    }

    /** Deletes a mail that was sent, or that nobody wants; also if another server has taken it meanwhile. */
    void delete(String id) {
        database.write(handle -> handle.createUpdate("DELETE FROM mails WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    /** Keeps a mail as one that could not be sent. */
    void fail(Claim claim, Instant now, String failure) {
        database.write(handle -> handle.createUpdate("""
                UPDATE mails SET failed_at = :now, failure = :failure, attempts = attempts + 1
                WHERE id = :id AND next_attempt_at = :until
                """)
                .bind("now", now.toEpochMilli())
                .bind("failure", failure)
                .bind("id", claim.mail().id())
                .bind("until", claim.until().toEpochMilli())
                .execute());
    }

    Backlog backlog(Instant now) {
        return database.read(handle -> {
            long due = handle.createQuery("""
                    SELECT COALESCE(MIN(next_attempt_at), :never) FROM mails WHERE failed_at IS NULL
                    """)
                    .bind("never", Long.MAX_VALUE)
                    .mapTo(Long.class)
                    .one();
            return new Backlog(
                    count(handle, "IS NULL"),
                    count(handle, "IS NOT NULL"),
                    due > now.toEpochMilli() ? null : Instant.ofEpochMilli(due));
        });
    }

    private static long count(Handle handle, String failed) {
        return handle.createQuery("SELECT count(*) FROM (SELECT 1 FROM mails WHERE failed_at " + failed
                        + " LIMIT :max) AS counted")
                .bind("max", Backlog.MAX)
                .mapTo(Long.class)
                .one();
    }

    /** The mails that are to be sent, or those that could not be, the oldest first. */
    List<ListedMail> list(boolean failed, int limit) {
        String order = failed ? "IS NOT NULL ORDER BY failed_at, id" : "IS NULL ORDER BY next_attempt_at, id";
        return database.read(handle -> handle.createQuery("""
                SELECT id, kind, user_id, address, created_at, next_attempt_at, attempts, failed_at, failure FROM mails
                WHERE failed_at\s""" + order + " LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> listed(row))
                .list());
    }

    private static ListedMail listed(ResultSet row) throws SQLException {
        long failedAt = row.getLong("failed_at");
        boolean hasFailed = !row.wasNull();
        return new ListedMail(
                row.getString("id"),
                MailKind.ofFileName(row.getString("kind")).orElse(null),
                row.getString("user_id"),
                row.getString("address"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("next_attempt_at")),
                row.getInt("attempts"),
                hasFailed ? Instant.ofEpochMilli(failedAt) : null,
                row.getString("failure"));
    }

    /** Has a mail sent that could not be, as if it were new; false if there is none of this id. */
    boolean retry(String id, Instant now) {
        return database.write(handle -> handle.createUpdate("""
                UPDATE mails SET failed_at = NULL, failure = NULL, attempts = 0, created_at = :now, next_attempt_at = :now
                WHERE id = :id AND failed_at IS NOT NULL
                """)
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .execute())
                > 0;
    }

    /** The same for the oldest ones that failed before {@code now}, at most {@link #STEP}; returns how many. */
    int retryOldest(Instant now) {
        return database.write(handle -> handle.createUpdate("""
                UPDATE mails SET failed_at = NULL, failure = NULL, attempts = 0, created_at = :now, next_attempt_at = :now
                WHERE id IN (SELECT id FROM mails WHERE failed_at <= :now ORDER BY failed_at LIMIT :limit)
                """)
                .bind("now", now.toEpochMilli())
                .bind("limit", STEP)
                .execute());
    }

    /** Deletes mails that could not be sent before {@code before}, at most {@link #STEP}; returns how many. */
    int sweep(Instant before) {
        return database.write(handle -> handle.createUpdate("""
                DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE failed_at < :before ORDER BY failed_at LIMIT :limit)
                """)
                .bind("before", before.toEpochMilli())
                .bind("limit", STEP)
                .execute());
    }
}
