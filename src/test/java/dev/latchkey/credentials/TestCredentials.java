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
    private static final LimitSettings OFF =
            new LimitSettings(Limit.OFF, Limit.OFF, null, null, null, null, null, null, null);

    private TestCredentials() {}

    /** Without limits. */
    public static Credentials of(Database database, ExecutorService hashing, PasswordSettings settings) {
        return of(database, hashing, settings, OFF);
    }

    /** Without limits, and with addresses in place of names. */
    public static Credentials byAddress(Database database, ExecutorService hashing, PasswordSettings settings) {
        return of(database, hashing, settings, OFF, true);
    }

    static Credentials of(
            Database database, ExecutorService hashing, PasswordSettings settings, LimitSettings limitSettings) {
        return of(database, hashing, settings, limitSettings, false);
    }

    private static Credentials of(
            Database database,
            ExecutorService hashing,
            PasswordSettings settings,
            LimitSettings limitSettings,
            boolean isByAddress) {
        KnownAddresses addresses = new KnownAddresses(new KnownAddressStore(database), Clock.systemUTC());
        return new Credentials(
                new CredentialStore(database),
                addresses,
                new LogInLimits(limitSettings, addresses, new MetricRegistry(), System::nanoTime),
                new Passwords(hashing, new HeapArgon2(settings.memory()), settings),
                isByAddress);
    }

    /** Somebody who tries. */
    public static Client client() {
        return new Client(AddressBlock.ofClient("192.0.2.1"), (name, value) -> {});
    }
}
