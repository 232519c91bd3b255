package dev.latchkey.accounts;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.limits.Buckets;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.Problem;
import java.util.Optional;

/** Bounds how many registrations an address can try, and with that how many usernames it can probe. */
final class RegistrationLimit {
    // Invalid registrations cost no account and no hash, but checking their passwords takes time as well.
    private static final int ATTEMPTS_FOR_EACH = 10;

    private final Buckets ofAddress;
    private final Buckets attemptsOfAddress;

    RegistrationLimit(LimitSettings settings, MetricRegistry metrics, Ticker time) {
        this.ofAddress = new Buckets("registration-address", settings.registrationsPerAddress(), metrics, time);
        this.attemptsOfAddress = new Buckets(
                "registration-attempt", settings.registrationsPerAddress().times(ATTEMPTS_FOR_EACH), metrics, time);
    }

    /** Counts a request before it is validated. Returns the refusal, if there were too many. */
    Optional<Problem> attempt(Client client) {
        return attemptsOfAddress.take(client.address().toString()).refusalIfAny(client);
    }

    /**
     * Counts a valid registration.
     *
     * @throws Problem TOO_MANY_REQUESTS
     */
    void count(Client client) {
        Buckets.Take take = ofAddress.take(client.address().toString());
        client.show(take);
        if (!take.granted()) {
            throw take.refusal(null);
        }
    }
}
