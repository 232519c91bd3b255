package dev.latchkey.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code idempotency_keys}: what became of requests that may be sent again. */
final class IdempotencyStore {
    private static final ObjectMapper JSON =
            new ObjectMapper().setSerializationInclusion(JsonInclude.Include.NON_DEFAULT);

    private IdempotencyStore() {}

    /** What was kept of a request. */
    record Kept(String fingerprint, List<Outcome> outcomes) {}

    /** What was kept of the user's request with this key, if that is no older than {@code since}. */
    static Optional<Kept> find(Handle handle, String userId, String key, Instant since) {
        return handle.createQuery("""
                SELECT fingerprint, outcome FROM idempotency_keys
                WHERE user_id = :userId AND key = :key AND created_at >= :since
                """)
                .bind("userId", userId)
                .bind("key", key)
                .bind("since", since.toEpochMilli())
                .map((row, context) -> new Kept(row.getString("fingerprint"), read(row.getString("outcome"))))
                .findOne();
    }

    /** Keeps what became of a request, in place of an older one with the same key. */
    static void put(Handle handle, String userId, IdempotentRequest request, List<Outcome> outcomes, Instant now) {
        handle.createUpdate("""
                INSERT INTO idempotency_keys (user_id, key, fingerprint, outcome, created_at)
                VALUES (:userId, :key, :fingerprint, :outcome, :now)
                ON CONFLICT (user_id, key) DO UPDATE SET
                    fingerprint = excluded.fingerprint, outcome = excluded.outcome, created_at = excluded.created_at
                """)
                .bind("userId", userId)
                .bind("key", request.key())
                .bind("fingerprint", request.fingerprint())
                .bind("outcome", write(outcomes))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    private static String write(List<Outcome> outcomes) {
        try {
            return JSON.writeValueAsString(outcomes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Outcome> read(String json) {
        try {
            return List.of(JSON.readValue(json, Outcome[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
