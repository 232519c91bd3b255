package dev.latchkey.limits;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.hash.Hashing;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Bounds how many passwords can be tried, for an account and from an address.
 *
 * <p>All addresses share the bucket of an account, but for those that its user has logged in from: each of these has one of its
 * own, so that whoever attacks an account from elsewhere does not lock its user out. Every bucket refills, so nobody is locked
 * out for good. A name that nobody has is treated as any other.
 */
public final class LogInLimits {
    private static final String ACCOUNT = "login-account";

    private final KnownAddresses knownAddresses;
    private final Buckets ofAddress;
    private final Buckets ofAccount;
    private final Buckets ofAccountAndAddress;

    public LogInLimits(LimitSettings settings, KnownAddresses knownAddresses, MetricRegistry metrics, Ticker time) {
        this.knownAddresses = knownAddresses;
        this.ofAddress = new Buckets("login-address", settings.logInFailuresPerAddress(), metrics, time);
        this.ofAccount = new Buckets(ACCOUNT, settings.logInFailuresPerAccount(), metrics, time);
        this.ofAccountAndAddress = new Buckets(ACCOUNT, settings.logInFailuresPerAccount(), metrics, time);
    }

    /**
     * Lets a log-in happen if another failure is within the limits. It is counted as one beforehand, so that parallel attempts
     * are no more than others; if it succeeds, or could not be tried, that is taken back.
     *
     * @param canonicalName the same for every spelling of a username
     * @param logIn empty if the password is wrong
     * @throws Problem TOO_MANY_REQUESTS, or what {@code logIn} throws
     */
    public <T> Optional<T> attempt(String canonicalName, Client client, Supplier<Optional<T>> logIn) {
        Buckets.Take address = ofAddress.take(client.address().toString());
        client.show(address);
        if (!address.granted()) {
            throw address.refusal(null);
        }
        return charged(address, client, () -> charged(account(canonicalName, client), client, logIn));
    }

    /** What every attempt from the client's address would be answered now, if that is the same for all. */
    public Optional<Problem> refusal(Client client) {
        return ofAddress.peek(client.address().toString()).refusalIfAny(client);
    }

    private Buckets.Take account(String canonicalName, Client client) {
        // A name can be as long as a body.
        String key = Hashing.sha256()
                .hashString(canonicalName, StandardCharsets.UTF_8)
                .toString();
        Buckets.Take account = ofAccount.take(key);
        String userId = null;
        if (!account.granted()) {
            Optional<KnownAddresses.Account> found = knownAddresses.find(canonicalName, client.address());
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

    private static <T> Optional<T> charged(Buckets.Take take, Client client, Supplier<Optional<T>> logIn) {
        boolean costs = true;
        try {
            Optional<T> result = logIn.get();
            costs = result.isEmpty();
            return result;
        } catch (Problem problem) {
            costs = problem.code() != ErrorCode.UNAVAILABLE && problem.code() != ErrorCode.TOO_MANY_REQUESTS;
            throw problem;
        } finally {
            if (!costs) {
                client.show(take.giveBack());
            }
        }
    }
}
