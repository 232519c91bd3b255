package dev.latchkey.tokens;

import dev.latchkey.database.Database;
import java.time.Instant;
import java.util.List;

/** The table {@code signing_keys}. */
public final class SigningKeyStore {
    private final Database database;

    public SigningKeyStore(Database database) {
        this.database = database;
    }

    /** All key pairs as JWKs (RFC 7517), the newest first. */
    List<String> findAll() {
        return database.read(
                handle -> handle.createQuery("SELECT private_jwk FROM signing_keys ORDER BY generation DESC")
                        .mapTo(String.class)
                        .list());
    }

    /** Adds a key pair, unless another server was first to add one of this generation. */
    void insertIfAbsent(int generation, String privateJwk, Instant createdAt) {
        database.write(handle -> handle.createUpdate("""
                INSERT INTO signing_keys (generation, private_jwk, created_at) VALUES (:generation, :privateJwk, :createdAt)
                ON CONFLICT DO NOTHING
                """)
                .bind("generation", generation)
                .bind("privateJwk", privateJwk)
                .bind("createdAt", createdAt.toEpochMilli())
                .execute());
    }
}
