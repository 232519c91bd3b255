package dev.latchkey.accounts;

import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.names.CanonicalEmail;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Adds accounts to the table {@code users}; and the table {@code registrations}: which request made which account, for requests that may be
 * sent again.
 */
final class RegistrationStore {
    private static final int MAX_DELETED = 100;

    private final Database database;
    private final Outbox outbox;

    RegistrationStore(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** Which name another account already has; USERNAME if both are taken. */
    enum Taken {
        USERNAME,
        EMAIL
    }

    /**
     * Inserts the account unless one of the two names is taken; the constraints of the table decide.
     *
     * @param requestHash of the request, if it may be sent again, or null
     * @param mail what to send to the user, or null
     */
    Optional<Taken> insert(Account account, String requestHash, NewMail mail) {
        return database.write(handle -> {
            while (!tryInsert(handle, account)) {
                Optional<Taken> taken = taken(handle, account.usernameKey(), account.emailKey());
                if (taken.isPresent()) {
                    return taken;
                }
                // The account that had the name was deleted in between.
            }
            if (mail != null) {
                outbox.put(handle, mail, account.createdAt());
            }
            if (requestHash != null) {
                put(handle, requestHash, account.user().id(), account.createdAt());
            }
            return Optional.empty();
        });
    }

    private static boolean tryInsert(Handle handle, Account account) {
        User user = account.user();
        return handle.createUpdate("""
                INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, age, gender, locale, created_at)
                VALUES (:id, :username, :usernameKey, :email, :emailKey, :passwordHash, :fullName, :age, :gender, :locale, :createdAt)
                ON CONFLICT DO NOTHING
                """)
                        .bind("id", user.id())
                        .bind("username", user.username())
                        .bind("email", user.email())
                        .bind("fullName", user.fullName())
                        .bind("age", user.age())
                        .bind("gender", user.gender())
                        .bind("locale", user.locale())
                        .bind("usernameKey", account.usernameKey())
                        .bind("emailKey", account.emailKey())
                        .bind("passwordHash", account.passwordHash())
                        .bind("createdAt", account.createdAt().toEpochMilli())
                        .execute()
                == 1;
    }

    /** An older row of the same request is replaced. */
    private static void put(Handle handle, String requestHash, String userId, Instant now) {
        handle.createUpdate("""
                INSERT INTO registrations (request_hash, user_id, created_at) VALUES (:hash, :userId, :now)
                ON CONFLICT (request_hash) DO UPDATE SET user_id = excluded.user_id, created_at = excluded.created_at
                """)
                .bind("hash", requestHash)
                .bind("userId", userId)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /**
     * What would make an insertion fail now. A mailbox that another user has in an {@linkplain CanonicalEmail#aside aside} form counts
     * as taken, too: no constraint covers those forms, but only a migration makes them, so they need no lock.
     */
    Optional<Taken> findTaken(String usernameKey, String emailKey) {
        return database.read(handle -> taken(handle, usernameKey, emailKey));
    }

    private static Optional<Taken> taken(Handle handle, String usernameKey, String emailKey) {
        return handle.createQuery("""
                SELECT 'USERNAME' AS taken FROM users WHERE username_key = :usernameKey
                UNION ALL
                SELECT 'EMAIL' FROM users WHERE email_key = :emailKey
                UNION ALL
                SELECT 'EMAIL' FROM users WHERE email_key > :beforeAside AND email_key < :afterAside
                ORDER BY taken DESC
                LIMIT 1
                """)
                .bind("usernameKey", usernameKey)
                .bind("emailKey", emailKey)
                .bind("beforeAside", CanonicalEmail.beforeAside(emailKey))
                .bind("afterAside", CanonicalEmail.afterAside(emailKey))
                .mapTo(Taken.class)
                .findOne();
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
