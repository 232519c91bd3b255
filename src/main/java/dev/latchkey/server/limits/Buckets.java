package dev.latchkey.server.limits;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.Problem;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate limit, with one token bucket for each key, in the memory of this server.
 *
 * <p>However many keys an attacker invents, there are never many more than {@link #MAX_KEYS} buckets, and fewer in a heap of
 * less than 1.6 GiB. A bucket that was not used for a whole period is full again, so it is evicted.
 */
public final class Buckets {
    static final int MAX_KEYS = 100_000;

    /** A bucket takes some 500 bytes, so that those of one limit take a thirty-second of a small heap at most. */
    private static final int HEAP_BYTES_FOR_A_KEY = 16 << 10;

    private static final long MAX_RETRY_AFTER = 3600;

    private final String name;
    private final Limit limit;
    private final String policy;
    private final long nanosPerToken;
    private final Ticker time;
    private final Meter refused;
    private final Bandwidth bandwidth;
    private final TimeMeter timeMeter;
    private final Cache<String, Kept> kept;

    /** A bucket, and when its being empty was last written to the audit log. */
    private record Kept(Bucket tokens, AtomicLong recordedAt) {}

    /** {@code name} is shown to clients and operators. */
    public Buckets(String name, Limit limit, MetricRegistry metrics, Ticker time) {
        this.name = name;
        this.limit = limit;
        this.policy =
                "\"" + name + "\";q=" + limit.count() + ";w=" + limit.period().toSeconds();
        this.nanosPerToken = limit.isOn() ? limit.period().toNanos() / limit.count() : 0;
        this.time = time;
        this.refused = metrics.meter("limits." + name + ".refused");
        this.timeMeter = timeMeter(time);
        this.bandwidth = limit.isOn()
                ? Bandwidth.builder()
                        .capacity(limit.count())
                        .refillGreedy(limit.count(), limit.period())
                        .build()
                : null;
        this.kept = Caffeine.newBuilder()
                .maximumSize(Math.min(MAX_KEYS, Runtime.getRuntime().maxMemory() / HEAP_BYTES_FOR_A_KEY))
                .expireAfterAccess(limit.isOn() ? limit.period() : Duration.ofSeconds(1))
                .ticker(time)
                .build();
    }

    private static TimeMeter timeMeter(Ticker time) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return time.read();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    String name() {
        return name;
    }

    /** The item of {@code RateLimit-Policy}. */
    String policy() {
        return policy;
    }

    boolean areOn() {
        return limit.isOn();
    }

    /** Takes a token from the key's bucket, if one is left. */
    public Take take(String key) {
        if (!limit.isOn()) {
            return new Take(this, key, true, 0, 0);
        }
        Bucket tokens = bucket(key).tokens;
        ConsumptionProbe probe = tokens.tryConsumeAndReturnRemaining(1);
        long remaining = probe.getRemainingTokens();
        long nanosToNext = probe.isConsumed() ? nanosTo(remaining + 1, tokens) : probe.getNanosToWaitForRefill();
        return new Take(this, key, probe.isConsumed(), remaining, nanosToNext);
    }

    /** What {@link #take} would return now, without taking a token. */
    public Take peek(String key) {
        if (!limit.isOn()) {
            return new Take(this, key, true, 0, 0);
        }
        Bucket tokens = bucket(key).tokens;
        long available = tokens.getAvailableTokens();
        long nanosToNext =
                available > 0 ? 0 : tokens.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return new Take(this, key, available > 0, available, nanosToNext);
    }

    private long nanosTo(long count, Bucket tokens) {
        // Clients get whole seconds: with a token every second, the exact time does not matter.
        return nanosPerToken <= TimeUnit.SECONDS.toNanos(1)
                ? nanosPerToken
                : tokens.estimateAbilityToConsume(count).getNanosToWaitForRefill();
    }

    /** Puts a token back. */
    Take giveBack(Take take) {
        if (!limit.isOn()) {
            return take;
        }
        bucket(take.key()).tokens.addTokens(1);
        long remaining = Math.min(take.remaining() + 1, limit.count());
        return new Take(this, take.key(), true, remaining, remaining == limit.count() ? 0 : take.nanosToNext());
    }

    /**
     * The error if no token was left. It is recorded once a period, so that repeated requests cannot fill the audit log.
     *
     * @param userId the user whose account it is about, or null
     */
    Problem refusal(Take take, String userId) {
        refused.mark();
        AtomicLong recordedAt = bucket(take.key()).recordedAt;
        long last = recordedAt.get();
        long now = time.read();
        if (now - last >= limit.period().toNanos() && recordedAt.compareAndSet(last, now)) {
            AuditLog.record(AuditEvent.LIMIT_REACHED, userId, "limit", name);
        }
        return Problem.tooManyRequests(Math.max(1, Math.min(MAX_RETRY_AFTER, take.secondsToNext())));
    }

    private Kept bucket(String key) {
        return kept.get(key, absent -> newBucket());
    }

    private Kept newBucket() {
        Bucket tokens = Bucket.builder()
                .addLimit(bandwidth)
                .withCustomTimePrecision(timeMeter)
                .build();
        return new Kept(tokens, new AtomicLong(time.read() - limit.period().toNanos()));
    }

    /** The number of buckets after pending evictions. */
    long size() {
        kept.cleanUp();
        return kept.estimatedSize();
    }

    /**
     * The result of taking a token.
     *
     * @param granted whether there was one
     * @param remaining how many are left
     * @param nanosToNext until there is one more; 0 if the bucket is full
     */
    public record Take(Buckets of, String key, boolean granted, long remaining, long nanosToNext) {

        long secondsToNext() {
            return (nanosToNext + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
        }

        /** The item of {@code RateLimit}. */
        String rateLimit() {
            return "\"" + of.name + "\";r=" + remaining + ";t=" + secondsToNext();
        }

        /** Puts the token back. */
        public Take giveBack() {
            return of.giveBack(this);
        }

        /** The error if no token was left; {@code userId} is the user whose account it is about, or null. */
        public Problem refusal(String userId) {
            return of.refusal(this, userId);
        }

        /** The error if no token was left; then also sets the rate limit headers. */
        public Optional<Problem> refusalIfAny(Client client) {
            if (granted) {
                return Optional.empty();
            }
            client.show(this);
            return Optional.of(refusal(null));
        }
    }
}
