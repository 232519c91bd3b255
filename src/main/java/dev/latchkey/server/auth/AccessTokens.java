package dev.latchkey.server.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchkey.server.auth.JwtCodec.Verified;
import dev.latchkey.server.metrics.Counts;
import dev.latchkey.server.metrics.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Issues access tokens, and tells which are valid: those that {@link JwtCodec} can read, for as long as they have not expired, their
 * session has not ended, and their key exists.
 */
public final class AccessTokens {
    /** How long a token is valid. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    private final SigningKeys keys;
    private final EndedSessions endedSessions;
    private final Clock clock;
    private final JwtCodec codec;
    private final Counts<Check> checks = new Counts<>(Check.class);
    // Only valid tokens are cached, so forged ones cannot fill it.
    private final Cache<String, Verified> verified;

    private enum Check {
        /** Valid, and its signature was verified before. */
        CACHED,
        VERIFIED,
        REFUSED
    }

    public AccessTokens(SigningKeys keys, EndedSessions endedSessions, TokenSettings settings, Clock clock) {
        this.keys = keys;
        this.endedSessions = endedSessions;
        this.clock = clock;
        this.codec = new JwtCodec(keys, settings, clock);
        this.verified = Caffeine.newBuilder().maximumSize(settings.cacheSize()).build();
    }

    /** A new token for the caller, valid for {@link #LIFETIME}. */
    public String issue(Caller caller) {
        return codec.encode(caller);
    }

    /**
     * The user and session of the token, or empty if we did not issue it, or it is expired, revoked or not valid yet.
     *
     * <p>The signature of a cached token is not verified again. Each time this checks that the token has not expired, that its session
     * has not ended, and that its key still exists.
     */
    public Optional<Caller> verify(String token) {
        return valid(token).map(Verified::caller);
    }

    private Optional<Verified> valid(String token) {
        Verified known = verified.getIfPresent(token);
        Check outcome = Check.CACHED;
        if (known == null) {
            known = codec.decode(token).orElse(null);
            if (known == null) {
                checks.add(Check.REFUSED);
                return Optional.empty();
            }
            outcome = Check.VERIFIED;
            verified.put(token, known);
        }
        if (standing(known) != Standing.VALID) {
            verified.invalidate(token);
            checks.add(Check.REFUSED);
            return Optional.empty();
        }
        checks.add(outcome);
        return Optional.of(known);
    }

    /** How a token stands that was valid once. */
    public enum Standing {
        VALID,
        /** It has expired, or its key was revoked. The session goes on, with another token. */
        EXPIRED,
        /** Its session has ended. */
        ENDED
    }

    private Standing standing(Verified token) {
        if (endedSessions.contains(token.caller().sessionId())) {
            return Standing.ENDED;
        }
        boolean isGood = clock.instant().isBefore(token.expiry())
                && keys.find(token.keyId()).isPresent();
        return isGood ? Standing.VALID : Standing.EXPIRED;
    }

    /**
     * Tells at any later time how a token stands, without its signature being verified again.
     *
     * @param headers the {@code Authorization} headers of a request that was authorized
     * @return empty if the token is not valid any more
     */
    public Optional<Supplier<Standing>> follow(List<String> headers) {
        return BearerFilter.token(headers).flatMap(this::valid).map(known -> () -> standing(known));
    }

    /** Adds how often tokens were checked. */
    void addTo(Metrics metrics) {
        metrics.counter(
                "latchkey_token_checks",
                "Checks of access tokens. One request may need several.",
                "outcome",
                checks.byOutcome());
    }

    /** How many verified tokens are cached. */
    long remembered() {
        verified.cleanUp();
        return verified.estimatedSize();
    }
}
