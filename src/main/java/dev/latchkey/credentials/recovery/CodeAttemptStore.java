package dev.latchkey.credentials.recovery;

import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code code_attempts}: how many codes were tried of an account, address or device for a purpose. They are counted in the store, so that
 * neither another server nor a restart gives more.
 *
 * <p>A day begins with the first attempt after the last day. So there can be 20 at the end of one and 20 at the beginning of the next: 40 in
 * the life of a code.
 */
final class CodeAttemptStore {
    private static final int MAX_A_DAY = 20;
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MAX_DELETED = 500;

    /**
     * Counts an attempt before it is made; parallel ones wait for each other.
     *
     * @return false, and nothing is counted, if there were too many
     */
    boolean count(Handle handle, String subject, Purpose purpose, Instant now) {
        return handle.createUpdate("""
                        INSERT INTO code_attempts (subject, purpose, attempts, since) VALUES (:subject, :purpose, 1, :now)
                        ON CONFLICT (subject, purpose) DO UPDATE SET
                            attempts = CASE WHEN code_attempts.since <= :before THEN 1 ELSE code_attempts.attempts + 1 END,
                            since = CASE WHEN code_attempts.since <= :before THEN excluded.since ELSE code_attempts.since END
                        WHERE code_attempts.since <= :before OR code_attempts.attempts < :max
                        """)
                        .bind("subject", subject)
                        .bind("purpose", purpose.text())
                        .bind("now", now.toEpochMilli())
                        .bind("before", now.minus(DAY).toEpochMilli())
                        .bind("max", MAX_A_DAY)
                        .execute()
                == 1;
    }

    /** Uncounts an attempt, because the code was right. */
    void giveBack(Handle handle, String subject, Purpose purpose) {
        handle.createUpdate("""
                UPDATE code_attempts SET attempts = attempts - 1
                WHERE subject = :subject AND purpose = :purpose AND attempts > 0
                """)
                .bind("subject", subject)
                .bind("purpose", purpose.text())
                .execute();
    }

    /** How long until the next attempt can be made, where {@link #count} was false. */
    Duration toNext(Handle handle, String subject, Purpose purpose, Instant now) {
        return handle.createQuery("SELECT since FROM code_attempts WHERE subject = :subject AND purpose = :purpose")
                .bind("subject", subject)
                .bind("purpose", purpose.text())
                .mapTo(Long.class)
                .findOne()
                .map(since -> Duration.between(now, Instant.ofEpochMilli(since).plus(DAY)))
                .orElse(Duration.ZERO);
    }

    /** Forgets some of those of earlier days. Returns false if there are no more. */
    boolean deleteSome(Handle handle, Instant now) {
        return handle.createUpdate("""
                        DELETE FROM code_attempts WHERE (subject, purpose) IN (
                            SELECT subject, purpose FROM code_attempts WHERE since <= :before LIMIT :limit)
                        """)
                        .bind("before", now.minus(DAY).toEpochMilli())
                        .bind("limit", MAX_DELETED)
                        .execute()
                == MAX_DELETED;
    }
}
