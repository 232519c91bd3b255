package dev.latchkey.limits;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.problem.Problem;

/** Bounds how many accounts can be asked for from one address, and with that how many names can be tried. */
public final class RegistrationLimit {
    private final Buckets ofAddress;

    public RegistrationLimit(LimitSettings settings, MetricRegistry metrics, Ticker time) {
        this.ofAddress = new Buckets("registration-address", settings.registrationsPerAddress(), metrics, time);
    }

    /**
     * Counts one.
     *
     * @throws Problem TOO_MANY_REQUESTS
     */
    public void count(Client client) {
        Buckets.Take take = ofAddress.take(client.address().toString());
        client.show(take);
        if (!take.granted()) {
            throw take.refusal(null);
        }
    }
}
