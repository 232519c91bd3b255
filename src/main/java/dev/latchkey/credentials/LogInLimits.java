package dev.latchkey.credentials;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.hash.Hashing;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.limits.Buckets;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Bounds how many passwords can be tried, for an account and from an address.
 *
 * <p>All addresses share the bucket of an account. Once that is empty, each address that its user has logged in from has a bucket of
 * its own, so that an attacker elsewhere cannot lock the user out. Every bucket refills, so nobody is locked out for good. An
 * unknown name is treated like any other.
 */
final class LogInLimits {
    private static final String ACCOUNT = "login-account";

    private final KnownAddresses knownAddresses;
    private final Buckets ofAddress;
    private final Buckets ofAccount;
    private final Buckets ofAccountAndAddress;

    LogInLimits(LimitSettings settings, KnownAddresses knownAddresses, MetricRegistry metrics, Ticker time) {
        this.knownAddresses = knownAddresses;
        this.ofAddress = new Buckets("login-address", settings.logInFailuresPerAddress(), metrics, time);
        this.ofAccount = new Buckets(ACCOUNT, settings.logInFailuresPerAccount(), metrics, time);
        this.ofAccountAndAddress = new Buckets(ACCOUNT, settings.logInFailuresPerAccount(), metrics, time);
    }

    /**
     * Counts an attempt as a failure before it is made, so that parallel attempts cannot exceed the limit.
     *
     * @param usernameKey the same for every spelling of a username
     * @throws Problem TOO_MANY_REQUESTS
     */
    Attempt begin(String usernameKey, Client client) {
        Buckets.Take address = ofAddress.take(client.address().toString());
        client.show(address);
        if (!address.granted()) {
            throw address.refusal(null);
        }
        try {
            return new Attempt(client, account(usernameKey, client), address);
        } catch (Problem | UnavailableException untried) {
            client.show(address.giveBack());
            throw untried;
        }
    }

    /** An attempt that was counted. */
    record Attempt(Client client, Buckets.Take account, Buckets.Take address) {

        /** Uncounts the attempt, because it succeeded or could not be made. */
        void giveBack() {
            client.show(account.giveBack());
            client.show(address.giveBack());
        }
    }

    /** The error that every attempt from the client's address would get now, if its limit is used up. */
    Optional<Problem> refusal(Client client) {
        return ofAddress.peek(client.address().toString()).refusalIfAny(client);
    }

    private Buckets.Take account(String usernameKey, Client client) {
        // A name can be as long as a body, so its hash is the key.
        String key =
                Hashing.sha256().hashString(usernameKey, StandardCharsets.UTF_8).toString();
        Buckets.Take account = ofAccount.take(key);
        String userId = null;
        if (!account.granted()) {
            Optional<KnownAddresses.Account> found = knownAddresses.find(usernameKey, client.address());
            userId = found.map(KnownAddresses.Account::userId).orElse(null);
            if (found.filter(KnownAddresses.Account::isKnown).isPresent()) {
                account = ofAccountAndAddress.take(key + client.address());
            }
        }
        client.show(account);
        if (!account.granted()) {
            throw account.refusal(userId);
        }
        return account;
    }
}
