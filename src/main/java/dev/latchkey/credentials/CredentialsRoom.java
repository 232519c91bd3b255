package dev.latchkey.credentials;

import com.codahale.metrics.InstrumentedExecutorService;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.server.problem.Problem;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;

/** How users authenticate. */
public final class CredentialsRoom {
    private final BlockingQueue<Runnable> waiting;
    private final KnownAddresses addresses;
    private final LogInLimits limits;
    private final Credentials credentials;

    /** What operators set. */
    public record Settings(PasswordSettings passwords, LogInSettings logIn, LimitSettings limits) {}

    public CredentialsRoom(Database database, Settings settings, Environment environment, Clock clock) {
        this.addresses = new KnownAddresses(new KnownAddressStore(database), clock);
        this.waiting = new ArrayBlockingQueue<>(settings.passwords().queue());
        this.limits = new LogInLimits(settings.limits(), addresses, environment.metrics(), Ticker.systemTicker());
        this.credentials = new Credentials(
                new CredentialStore(database),
                addresses,
                limits,
                new Passwords(
                        hashingPool(settings.passwords(), waiting, environment),
                        new HeapArgon2(settings.passwords().memory()),
                        settings.passwords()),
                settings.logIn().byAddress());
    }

    /** Adds what log-ins need to be ready. */
    public void addTo(ServerParts server) {
        server.readiness()
                .require(
                        "password-hashing",
                        "As many passwords wait to be hashed as may wait.",
                        () -> waiting.remainingCapacity() > 0);
    }

    public Credentials credentials() {
        return credentials;
    }

    /**
     * Records that a user who has authenticated otherwise has logged in from this client's address.
     */
    public void remember(String userId, Client client) {
        addresses.remember(userId, client.address());
    }

    /** Adds how passwords are hashed. */
    public void addTo(Metrics metrics) {
        CredentialMetrics.addTo(metrics, waiting);
    }

    /** The error that every log-in of this client would get now, if its limit is used up. */
    public Optional<Problem> refusal(Client client) {
        return waiting.remainingCapacity() == 0 ? Optional.of(Problem.unavailable(null)) : limits.refusal(client);
    }

    /** Has metrics under {@code passwords.*}: threads, queue length, waiting time, hashing time, rejections. */
    private static ExecutorService hashingPool(
            PasswordSettings settings, BlockingQueue<Runnable> queue, Environment environment) {
        ExecutorService pool = environment
                .lifecycle()
                .executorService("password-%d")
                .minThreads(settings.threads())
                .maxThreads(settings.threads())
                .workQueue(queue)
                .build();
        return new InstrumentedExecutorService(pool, environment.metrics(), "passwords");
    }
}
