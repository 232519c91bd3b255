package dev.latchkey.server.limits;

import java.time.Duration;

/**
 * Rate limits, each of which {@link Limit#OFF} turns off.
 *
 * @param logInFailuresPerAccount failed log-ins for one username, from all addresses that its user never logged in from together;
 *     and as many from each address that the user has logged in from
 * @param logInFailuresPerAddress failed log-ins from one client address, for all usernames together
 * @param registrationsPerAddress registrations from one client address
 * @param requestsPerUser calls with access tokens of one user
 * @param mailsPerMailbox mails that anybody asks for to one e-mail address
 * @param mailsPerAccount mails that one user asks for
 * @param mailsPerAddress mails that one client address asks for
 * @param mails all mails together that clients ask this server for
 * @param codesPerAddress mailed codes and links that one client address tries in vain
 */
public record LimitSettings(
        Limit logInFailuresPerAccount,
        Limit logInFailuresPerAddress,
        Limit registrationsPerAddress,
        Limit requestsPerUser,
        Limit mailsPerMailbox,
        Limit mailsPerAccount,
        Limit mailsPerAddress,
        Limit mails,
        Limit codesPerAddress) {

    public LimitSettings {
        logInFailuresPerAccount = orElse(logInFailuresPerAccount, 10, Duration.ofMinutes(10));
        logInFailuresPerAddress = orElse(logInFailuresPerAddress, 60, Duration.ofMinutes(10));
        registrationsPerAddress = orElse(registrationsPerAddress, 200, Duration.ofHours(1));
        requestsPerUser = orElse(requestsPerUser, 300_000, Duration.ofMinutes(1));
        mailsPerMailbox = orElse(mailsPerMailbox, 5, Duration.ofHours(1));
        mailsPerAccount = orElse(mailsPerAccount, 10, Duration.ofHours(1));
        mailsPerAddress = orElse(mailsPerAddress, 30, Duration.ofHours(1));
        mails = orElse(mails, 1_000, Duration.ofHours(1));
        codesPerAddress = orElse(codesPerAddress, 60, Duration.ofMinutes(10));
    }

    private static Limit orElse(Limit given, long count, Duration period) {
        return given == null ? new Limit(count, period) : given;
    }

    /** All on, with values for a server on the internet. */
    public static LimitSettings defaults() {
        return new LimitSettings(null, null, null, null, null, null, null, null, null);
    }
}
