package dev.latchkey.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.SigningKeys;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Signing keys that are made at the first start and kept with the data, so that tokens survive a restart and are good on
 * every server of one database.
 */
public final class StoredSigningKeys implements SigningKeys {
    private static final int FIRST_GENERATION = 1;

    private final List<ECKey> newestFirst;

    private StoredSigningKeys(List<ECKey> newestFirst) {
        this.newestFirst = newestFirst;
    }

    /** Loads the keys; makes the first one if there is none. */
    public static StoredSigningKeys load(SigningKeyStore store, Clock clock) {
        List<String> stored = store.findAll();
        if (stored.isEmpty()) {
            store.insertIfAbsent(FIRST_GENERATION, generate().toJSONString(), clock.instant());
            stored = store.findAll();
        }
        return new StoredSigningKeys(
                stored.stream().map(StoredSigningKeys::parse).toList());
    }

    private static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("This Java cannot make P-256 keys", e);
        }
    }

    private static ECKey parse(String jwk) {
        try {
            return ECKey.parse(jwk);
        } catch (ParseException e) {
            throw new IllegalStateException("A signing key in the database is not a JWK", e);
        }
    }

    @Override
    public ECKey current() {
        return newestFirst.get(0);
    }

    @Override
    public Optional<ECKey> find(String kid) {
        return newestFirst.stream().filter(key -> key.getKeyID().equals(kid)).findFirst();
    }
}
