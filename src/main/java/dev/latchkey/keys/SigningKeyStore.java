package dev.latchkey.keys;

import dev.latchkey.server.database.Database;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table {@code signing_keys}. */
public final class SigningKeyStore {
    private final Database database;

    public SigningKeyStore(Database database) {
        this.database = database;
    }

    /**
     * A key pair as it is stored.
     *
     * @param generation the number of the key; increases by one with each
     * @param privateJwk as a JWK (RFC 7517)
     * @param signsFrom when it begins to sign tokens
     */
    record StoredKey(int generation, String privateJwk, Instant signsFrom) {

        /** Leaves the key out. */
        @Override
        public String toString() {
            return "StoredKey[generation=" + generation + ", signsFrom=" + signsFrom + "]";
        }
    }

    /** All key pairs, the newest first. */
    List<StoredKey> findAll() {
        return database.read(handle -> handle.createQuery("""
                SELECT generation, private_jwk, signs_from FROM signing_keys ORDER BY generation DESC
                """)
                .map((row, context) -> new StoredKey(
                        row.getInt("generation"),
                        row.getString("private_jwk"),
                        Instant.ofEpochMilli(row.getLong("signs_from"))))
                .list());
    }

    /** Adds a key pair; false if another server was first to add one of this generation. */
    boolean insertIfAbsent(StoredKey key, Instant now) {
        return database.write(handle -> insertIfAbsent(handle, key, now));
    }

    /** Replaces all key pairs by this one; false, and nothing is changed, if there is one of this generation. */
    boolean insertAlone(StoredKey key, Instant now) {
        return database.write(handle -> {
            boolean inserted = insertIfAbsent(handle, key, now);
            if (inserted) {
                handle.createUpdate("DELETE FROM signing_keys WHERE generation <> :generation")
                        .bind("generation", key.generation())
                        .execute();
            }
            return inserted;
        });
    }

    private static boolean insertIfAbsent(Handle handle, StoredKey key, Instant now) {
        return handle.createUpdate("""
                        INSERT INTO signing_keys (generation, private_jwk, created_at, signs_from)
                        VALUES (:generation, :privateJwk, :createdAt, :signsFrom)
                        ON CONFLICT DO NOTHING
                        """)
                        .bind("generation", key.generation())
                        .bind("privateJwk", key.privateJwk())
                        .bind("createdAt", now.toEpochMilli())
                        .bind("signsFrom", key.signsFrom().toEpochMilli())
                        .execute()
                == 1;
    }

    /** Deletes the key pair; false if another server was first. */
    boolean delete(int generation) {
        return database.write(handle -> handle.createUpdate("DELETE FROM signing_keys WHERE generation = :generation")
                        .bind("generation", generation)
                        .execute()
                == 1);
    }
}
