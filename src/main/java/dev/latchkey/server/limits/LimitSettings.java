package dev.latchkey.server.limits;

import java.time.Duration;

/**
 * How much strangers and users may do, each to be turned off by {@link Limit#OFF}.
 *
 * @param logInFailuresPerAccount wrong passwords for one username, from all addresses that its user never logged in from; and
 *     as many from each of the others
 * @param logInFailuresPerAddress wrong passwords from one client address, for all usernames
 * @param registrationsPerAddress from one client address
 * @param requestsPerUser whatever a user does with access tokens
 */
public record LimitSettings(
        Limit logInFailuresPerAccount,
        Limit logInFailuresPerAddress,
        Limit registrationsPerAddress,
        Limit requestsPerUser) {

    public LimitSettings {
        logInFailuresPerAccount = orElse(logInFailuresPerAccount, 10, Duration.ofMinutes(10));
        logInFailuresPerAddress = orElse(logInFailuresPerAddress, 60, Duration.ofMinutes(10));
        registrationsPerAddress = orElse(registrationsPerAddress, 200, Duration.ofHours(1));
        requestsPerUser = orElse(requestsPerUser, 300_000, Duration.ofMinutes(1));
    }

    private static Limit orElse(Limit given, long count, Duration period) {
        return given == null ? new Limit(count, period) : given;
    }

    /** All on, at values for a server in the open. */
    public static LimitSettings defaults() {
        return new LimitSettings(null, null, null, null);
    }
}
