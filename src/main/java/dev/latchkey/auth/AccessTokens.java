package dev.latchkey.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Signs and checks access tokens: JWTs in the profile of RFC 9068, signed with ES256.
 *
 * <p>They hold nothing about a person but the opaque id of the user. Every check follows RFC 8725; a token is good only if
 * this server, or another on the same database, could have issued it just so.
 */
public final class AccessTokens {
    /** How long a token is good for. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final Set<String> HEADER_PARAMETERS = Set.of("alg", "typ", "kid");
    private static final int MAX_LENGTH = 4_096;
    // Servers on one database have clocks of their own.
    private static final Duration MAX_CLOCK_SKEW = Duration.ofSeconds(5);

    private final SigningKeys keys;
    private final TokenSettings settings;
    private final Clock clock;
    // Only good tokens are kept, so nobody can fill it with others.
    private final Cache<String, Verified> verified;

    private record Verified(Caller caller, Instant expiry) {}

    public AccessTokens(SigningKeys keys, TokenSettings settings, Clock clock) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
        this.verified = Caffeine.newBuilder().maximumSize(settings.cacheSize()).build();
    }

    /** A new token for the user, good for {@link #LIFETIME}. */
    public String issue(String userId) {
        ECKey key = keys.current();
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(TYPE)
                .keyID(key.getKeyID())
                .build();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .audience(settings.audience())
                .subject(userId)
                .claim("client_id", settings.audience())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("The signing key cannot sign", e);
        }
        return token.serialize();
    }

    /** Whom the token names, or empty if it is not one of ours, not one any more, or not one yet. */
    public Optional<Caller> verify(String token) {
        Verified known = verified.getIfPresent(token);
        if (known == null) {
            known = check(token).orElse(null);
            if (known == null) {
                return Optional.empty();
            }
            verified.put(token, known);
        }
        if (!clock.instant().isBefore(known.expiry())) {
            verified.invalidate(token);
            return Optional.empty();
        }
        return Optional.of(known.caller());
    }

    private Optional<Verified> check(String token) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            // The signature comes before anything that the token claims.
            if (!isProper(jwt.getHeader()) || !isSignedByUs(jwt)) {
                return Optional.empty();
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            return isProper(claims)
                    ? Optional.of(new Verified(
                            new Caller(claims.getSubject()),
                            claims.getExpirationTime().toInstant()))
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }

    private static boolean isProper(JWSHeader header) {
        return header.getAlgorithm().equals(JWSAlgorithm.ES256)
                && TYPE.equals(header.getType())
                && header.getKeyID() != null
                && HEADER_PARAMETERS.containsAll(header.getIncludedParams());
    }

    private boolean isSignedByUs(SignedJWT jwt) throws JOSEException {
        Optional<ECKey> key = keys.find(jwt.getHeader().getKeyID());
        return key.isPresent() && jwt.verify(new ECDSAVerifier(key.get()));
    }

    private boolean isProper(JWTClaimsSet claims) {
        Date issued = claims.getIssueTime();
        Date notBefore = claims.getNotBeforeTime();
        Date expiry = claims.getExpirationTime();
        if (issued == null || notBefore == null || expiry == null) {
            return false;
        }
        Instant latestStart = clock.instant().plus(MAX_CLOCK_SKEW);
        return settings.issuer().equals(claims.getIssuer())
                && List.of(settings.audience()).equals(claims.getAudience())
                && claims.getSubject() != null
                && claims.getJWTID() != null
                && !issued.toInstant().isAfter(latestStart)
                && !notBefore.toInstant().isAfter(latestStart)
                && Duration.between(issued.toInstant(), expiry.toInstant()).equals(LIFETIME);
    }
}
