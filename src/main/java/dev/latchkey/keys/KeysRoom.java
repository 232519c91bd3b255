package dev.latchkey.keys;

import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import java.time.Clock;
import java.time.Duration;

/** The keys that access tokens are signed with. */
public final class KeysRoom {
    // So that a key that another server has revoked is unknown here within a second.
    private static final Duration FOLLOWING = Duration.ofMillis(300);
    private static final Duration ROTATION = Duration.ofMinutes(1);

    private final StoredSigningKeys keys;

    /** Reads the keys, and creates the first one if there is none. */
    public KeysRoom(Database database, TokenSettings settings, Clock clock) {
        this.keys = StoredSigningKeys.load(
                new SigningKeyStore(database), settings.keyLifetime().toJavaDuration(), clock);
    }

    /** Adds the operations tagged Signing keys, and the maintenance of the keys. */
    public void addTo(ServerParts server) {
        server.resource(new SigningKeysResource(keys))
                .resource(new KeySetTypeFilter())
                .healthCheck("signing-keys", keys::follow);
        server.readiness()
                .require("signing-keys", "The signing keys cannot be read, or none of them signs now.", keys::canSign);
        server.maintenance()
                .repeat(FOLLOWING, "Cannot reload the signing keys", keys::follow)
                .repeat(ROTATION, "Cannot rotate the signing keys", keys::maintain);
    }

    public StoredSigningKeys signingKeys() {
        return keys;
    }
}
