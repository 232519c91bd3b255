package dev.latchkey.accounts;

import dev.latchkey.server.database.Database;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code registrations}: which request made which account, for requests that may be sent again. */
final class RegistrationStore {
    private static final int MAX_DELETED = 100;

    private final Database database;

    RegistrationStore(Database database) {
        this.database = database;
    }

    /** The id of the user that a request with this hash has made, if that was no earlier than {@code since}. */
    Optional<String> findUser(String requestHash, Instant since) {
        return database.read(handle -> handle.createQuery(
                        "SELECT user_id FROM registrations WHERE request_hash = :hash AND created_at >= :since")
                .bind("hash", requestHash)
                .bind("since", since.toEpochMilli())
                .mapTo(String.class)
                .findOne());
    }

    /** Called in the transaction that inserts the user. An older row of the same request is replaced. */
    static void put(Handle handle, String requestHash, String userId, Instant now) {
        handle.createUpdate("""
                INSERT INTO registrations (request_hash, user_id, created_at) VALUES (:hash, :userId, :now)
                ON CONFLICT (request_hash) DO UPDATE SET user_id = excluded.user_id, created_at = excluded.created_at
                """)
                .bind("hash", requestHash)
                .bind("userId", userId)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** Deletes some of the rows from before {@code before}. Returns false if there are no more. */
    boolean deleteSome(Instant before) {
        return database.write(handle -> handle.createUpdate("""
                        DELETE FROM registrations WHERE request_hash IN (
                            SELECT request_hash FROM registrations WHERE created_at < :before ORDER BY created_at LIMIT :limit)
                        """)
                        .bind("before", before.toEpochMilli())
                        .bind("limit", MAX_DELETED)
                        .execute()
                == MAX_DELETED);
    }
}
