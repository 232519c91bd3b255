package dev.latchkey.accounts;

import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;
import java.time.Instant;

/**
 * A user as the store keeps it.
 *
 * @param usernameKey the {@link CanonicalName} that no two accounts share
 * @param emailKey the {@link CanonicalEmail}, likewise
 * @param passwordHash in PHC form
 */
record Account(User user, String usernameKey, String emailKey, String passwordHash, Instant createdAt) {

    /** Leaves the hash out. */
    @Override
    public String toString() {
        return "Account[id=" + user.id() + "]";
    }
}
