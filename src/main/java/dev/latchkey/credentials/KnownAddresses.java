package dev.latchkey.credentials;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.http.AddressBlock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses that users have logged in from lately. They are stored, so that all servers know them, also after a restart. */
final class KnownAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(KnownAddresses.class);
    private static final Duration MAX_AGE = Duration.ofDays(90);
    // A user who logs in every minute causes one write a day.
    private static final Duration PRECISION = Duration.ofDays(1);
    private static final int MAX_FOR_A_USER = 20;

    private final KnownAddressStore store;
    private final Clock clock;

    KnownAddresses(KnownAddressStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The account of a log-in attempt.
     *
     * @param isKnown whether its user has logged in from the address
     */
    record Account(String userId, boolean isKnown) {}

    /** The account of this canonical name, if there is one. */
    Optional<Account> find(String usernameKey, AddressBlock address) {
        return store.find(usernameKey, address.toString(), clock.instant().minus(MAX_AGE));
    }

    /** Adds the address of a log-in. Only the latest addresses of each user are kept, and no old ones. */
    void remember(String userId, AddressBlock address) {
        Instant now = clock.instant();
        try {
            if (!store.has(userId, address.toString(), now.minus(PRECISION))) {
                store.put(userId, address.toString(), now, now.minus(MAX_AGE), MAX_FOR_A_USER);
            }
        } catch (ConstraintException deleted) {
            deleted.require(ConstraintException.Kind.REFERENCE);
            LOG.debug("User {} was deleted while logging in", userId);
        } catch (UnavailableException unavailable) {
            // The log-in must not fail because of this.
            LOG.debug("The address of a log-in was not stored", unavailable);
        }
    }
}
