package dev.latchkey.credentials;

import dev.latchkey.server.database.Database;
import java.time.Instant;
import java.util.Optional;

/** The table {@code login_addresses}. */
final class KnownAddressStore {
    private final Database database;

    KnownAddressStore(Database database) {
        this.database = database;
    }

    /** The account of this canonical name, and whether it had a log-in from the address after {@code since}. */
    Optional<KnownAddresses.Account> find(String usernameKey, String address, Instant since) {
        return database.read(handle -> handle.createQuery("""
                SELECT users.id, login_addresses.address
                FROM users
                LEFT JOIN login_addresses
                ON login_addresses.user_id = users.id AND address = :address AND last_login_at >= :since
                WHERE username_key = :usernameKey
                """)
                .bind("usernameKey", usernameKey)
                .bind("address", address)
                .bind("since", since.toEpochMilli())
                .map((row, context) ->
                        new KnownAddresses.Account(row.getString("id"), row.getString("address") != null))
                .findOne());
    }

    /** Whether the user has logged in from the address after {@code since}. */
    boolean has(String userId, String address, Instant since) {
        return database.read(handle -> handle.createQuery("""
                SELECT count(*) FROM login_addresses
                WHERE user_id = :userId AND address = :address AND last_login_at >= :since
                """)
                        .bind("userId", userId)
                        .bind("address", address)
                        .bind("since", since.toEpochMilli())
                        .mapTo(int.class)
                        .one())
                == 1;
    }

    /** Adds the address, and deletes those that are older than {@code oldest} or not among the latest {@code max}. */
    void put(String userId, String address, Instant now, Instant oldest, int max) {
        database.write(handle -> {
            handle.createUpdate("""
                    INSERT INTO login_addresses (user_id, address, last_login_at) VALUES (:userId, :address, :now)
                    ON CONFLICT (user_id, address) DO UPDATE SET last_login_at = excluded.last_login_at
                    """)
                    .bind("userId", userId)
                    .bind("address", address)
                    .bind("now", now.toEpochMilli())
                    .execute();
            return handle.createUpdate("""
                    DELETE FROM login_addresses
                    WHERE user_id = :userId AND (last_login_at < :oldest OR address NOT IN (
                        SELECT address FROM login_addresses WHERE user_id = :userId
                        ORDER BY last_login_at DESC, address LIMIT :max))
                    """)
                    .bind("userId", userId)
                    .bind("oldest", oldest.toEpochMilli())
                    .bind("max", max)
                    .execute();
        });
    }
}
