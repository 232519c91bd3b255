package dev.latchkey.credentials;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.AddressBlock;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.Limit;
import dev.latchkey.server.limits.LimitSettings;
import java.time.Clock;
import java.util.concurrent.ExecutorService;

/** Credentials as a server checks them. */
public final class TestCredentials {
    private TestCredentials() {}

    /** Without limits. */
    public static Credentials of(Database database, ExecutorService hashing, PasswordSettings settings) {
        return of(
                database,
                hashing,
                settings,
                new LimitSettings(Limit.OFF, Limit.OFF, null, null, null, null, null, null, null));
    }

    static Credentials of(
            Database database, ExecutorService hashing, PasswordSettings settings, LimitSettings limitSettings) {
        KnownAddresses addresses = new KnownAddresses(new KnownAddressStore(database), Clock.systemUTC());
        return new Credentials(
                new CredentialStore(database),
                addresses,
                new LogInLimits(limitSettings, addresses, new MetricRegistry(), System::nanoTime),
                new Passwords(hashing, settings),
                false);
    }

    /** Somebody who tries. */
    public static Client client() {
        return new Client(AddressBlock.ofClient("192.0.2.1"), (name, value) -> {});
    }
}
