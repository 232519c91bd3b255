package dev.latchkey.users;

import dev.latchkey.address.AddressBlock;
import dev.latchkey.database.ConstraintException;
import dev.latchkey.limits.KnownAddresses;
import dev.latchkey.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where users have logged in from lately; on every server, and after every restart. */
public final class LogInAddresses implements KnownAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(LogInAddresses.class);
    private static final Duration MEMORY = Duration.ofDays(90);
    // Who logs in each minute costs one write a day.
    private static final Duration PRECISION = Duration.ofDays(1);
    private static final int MOST = 20;

    private final LogInAddressStore store;
    private final Clock clock;

    public LogInAddresses(LogInAddressStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Optional<Account> find(String canonicalName, AddressBlock address) {
        return store.find(canonicalName, address.toString(), clock.instant().minus(MEMORY));
    }

    /** Keeps the latest addresses of each user, as long as they are not too old. */
    void remember(String userId, AddressBlock address) {
        Instant now = clock.instant();
        try {
            if (!store.has(userId, address.toString(), now.minus(PRECISION))) {
                store.put(userId, address.toString(), now, now.minus(MEMORY), MOST);
            }
        } catch (ConstraintException deleted) {
            LOG.debug("User {} was deleted while logging in", userId);
        } catch (Problem unavailable) {
            // Whether the user can log in must not hang on this.
            LOG.debug("A log-in's address was not stored", unavailable.getCause());
        }
    }
}
