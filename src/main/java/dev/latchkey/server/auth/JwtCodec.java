package dev.latchkey.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObject;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes and reads the text of access tokens: JWTs in the profile of RFC 9068, signed with ES256.
 *
 * <p>They contain no personal data but the opaque id of the user. Verification follows RFC 8725. A text is read only if this server,
 * or another on the same database, could have written exactly it.
 */
final class JwtCodec {
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final String CLIENT_ID = "client_id";
    private static final String SESSION_ID = "sid";
    private static final String AUTHENTICATED_AT = "auth_time";
    private static final int MAX_LENGTH = 4_096;
    // Clocks of servers on one database differ, and a clock may be set back. Ended sessions are therefore remembered
    // for a minute longer than their tokens last, so that no token becomes valid again.
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

    private final SigningKeys keys;
    private final TokenSettings settings;
    private final Clock clock;

    /** A token whose signature and claims are good. */
    record Verified(Caller caller, Instant expiry, String keyId) {}

    JwtCodec(SigningKeys keys, TokenSettings settings, Clock clock) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
    }

    /** A new token, signed with the current key. */
    String encode(Caller caller) {
        ECKey key = keys.current();
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .audience(settings.audience())
                .subject(caller.userId())
                .claim(CLIENT_ID, settings.audience())
                .claim(SESSION_ID, caller.sessionId())
                .claim(AUTHENTICATED_AT, caller.authenticatedAt().getEpochSecond())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(AccessTokens.LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT token = new SignedJWT(header(key.getKeyID()), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("The signing key cannot sign", e);
        }
        return token.serialize();
    }

    /** What the token says, or empty if we did not write it, or it is for a later time. It may have expired. */
    Optional<Verified> decode(String token) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            Base64URL[] parts = JOSEObject.split(token);
            if (!isCanonical(token, parts)
                    || !isPlainObject(parts[0])
                    || !isPlainObject(parts[1])
                    || !isProperHeader(JSONObjectUtils.parse(parts[0].decodeToString()))) {
                return Optional.empty();
            }
            SignedJWT jwt = new SignedJWT(parts[0], parts[1], parts[2]);
            // The signature is verified before any claim is read.
            if (!isSignedByUs(jwt)) {
                return Optional.empty();
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            return isExact(claims, jwt) && isProper(claims)
                    ? Optional.of(new Verified(
                            new Caller(claims.getSubject(), claims.getStringClaim(SESSION_ID), authenticatedAt(claims)),
                            claims.getExpirationTime().toInstant(),
                            jwt.getHeader().getKeyID()))
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }

    /** Whether the text is the canonical encoding of its bytes: Nimbus ignores characters that are not base64url. */
    private static boolean isCanonical(String token, Base64URL[] parts) {
        return parts.length == 3
                && token.equals(Arrays.stream(parts)
                        .map(part -> Base64URL.encode(part.decode()).toString())
                        .collect(Collectors.joining(".")));
    }

    /** Whether it is UTF-8 and begins as an object: Gson skips a byte order mark, and Java replaces malformed bytes. */
    private static boolean isPlainObject(Base64URL part) {
        String text = part.decodeToString();
        return text.startsWith("{") && Base64URL.encode(text).equals(part);
    }

    /**
     * Whether the header is exactly as we write it, with any {@code kid}.
     *
     * <p>Checked before Nimbus parses it, because Nimbus would also parse keys, certificates and addresses that a stranger puts there.
     */
    private static boolean isProperHeader(Map<String, Object> header) {
        return header.get("kid") instanceof String kid
                && header.equals(header(kid).toJSONObject());
    }

    private static JWSHeader header(String kid) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(kid).build();
    }

    private boolean isSignedByUs(SignedJWT jwt) throws JOSEException {
        Optional<ECKey> key = keys.find(jwt.getHeader().getKeyID());
        return key.isPresent() && jwt.verify(new ECDSAVerifier(key.get()));
    }

    /** Whether every claim has the right type: Nimbus also accepts numbers as subjects, and truncates fractions of times. */
    private static boolean isExact(JWTClaimsSet claims, SignedJWT jwt) {
        return claims.toJSONObject().equals(jwt.getPayload().toJSONObject());
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
                && settings.audience().equals(claims.getClaim(CLIENT_ID))
                && isGiven(claims.getSubject())
                && isGiven(claims.getJWTID())
                && claims.getClaim(SESSION_ID) instanceof String sessionId
                && isGiven(sessionId)
                && claims.getClaim(AUTHENTICATED_AT) instanceof Long authenticatedAt
                && authenticatedAt >= 0
                && authenticatedAt <= latestStart.getEpochSecond()
                && !issued.toInstant().isAfter(latestStart)
                && !notBefore.toInstant().isAfter(latestStart)
                && Duration.between(issued.toInstant(), expiry.toInstant()).equals(AccessTokens.LIFETIME);
    }

    private static Instant authenticatedAt(JWTClaimsSet claims) {
        return Instant.ofEpochSecond((Long) claims.getClaim(AUTHENTICATED_AT));
    }

    private static boolean isGiven(String text) {
        return text != null && !text.isEmpty();
    }
}
