package dev.latchkey.keys;

import dev.latchkey.server.auth.SigningKeys;
import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import java.time.Clock;
import java.time.Duration;

/** The keys that access tokens are signed with. */
public final class KeysRoom {
    // A key that another server has revoked is unknown here within a second.
    private static final Duration FOLLOWING = Duration.ofMillis(300);
    private static final Duration ROTATION = Duration.ofMinutes(1);

    private final StoredSigningKeys keys;

    /** Reads the keys, and makes the first one where there is none. */
    public KeysRoom(Database database, TokenSettings settings, Clock clock) {
        this.keys = StoredSigningKeys.load(
                new SigningKeyStore(database), settings.keyLifetime().toJavaDuration(), clock);
    }

    /** Adds the operations tagged Signing keys, and what is to be done beside them. */
    public void addTo(ServerParts server) {
        server.resource(new SigningKeysResource(keys)).resource(new KeySetTypeFilter());
        server.maintenance()
                .repeat(FOLLOWING, "Cannot follow which signing keys there are", keys::follow)
                .repeat(ROTATION, "Cannot change signing keys", keys::maintain);
    }

    public SigningKeys signingKeys() {
        return keys;
    }

    /** For who rotates them by hand. */
    public StoredSigningKeys storedKeys() {
        return keys;
    }
}
