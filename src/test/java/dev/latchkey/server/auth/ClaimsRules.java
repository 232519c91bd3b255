package dev.latchkey.server.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/** What a good access token is, said once more with other libraries than the server's: jose4j for the token, Jackson for the JSON. */
final class ClaimsRules {
    private static final Set<String> HEADER = Set.of("alg", "typ", "kid");
    private static final int CLOCK_SKEW_SECONDS = 60;
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JwtConsumer consumer;
    private final Instant now;

    ClaimsRules(PublicKey key, Instant now) {
        this.now = now;
        this.consumer = new JwtConsumerBuilder()
                .setVerificationKey(key)
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "ES256")
                .setExpectedType(true, "at+jwt")
                .setExpectedIssuer(true, Forge.ISSUER)
                .setExpectedAudience(true, Forge.AUDIENCE)
                .setRequireSubject()
                .setRequireJwtId()
                .setRequireIssuedAt()
                .setRequireNotBefore()
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .build();
    }

    /** Fails unless the token is one that names exactly this caller. */
    void check(String token, Caller caller) {
        try {
            JwtClaims claims = consumer.processToClaims(token);
            String[] parts = token.split("\\.", -1);
            JsonNode header = json(parts[0]);
            JsonNode payload = json(parts[1]);
            long issued = payload.get("iat").longValue();
            long authenticated = payload.get("auth_time").longValue();
            boolean good = parts.length == 3
                    && header.size() == HEADER.size()
                    && HEADER.stream().allMatch(name -> header.path(name).isTextual())
                    && header.get("alg").textValue().equals("ES256")
                    && header.get("typ").textValue().equals("at+jwt")
                    && header.get("kid").textValue().equals(Forge.KID)
                    && claims.getAudience().size() == 1
                    && Forge.AUDIENCE.equals(payload.path("client_id").textValue())
                    && caller.userId().equals(payload.path("sub").textValue())
                    && caller.sessionId().equals(payload.path("sid").textValue())
                    && !caller.userId().isEmpty()
                    && !caller.sessionId().isEmpty()
                    && !claims.getJwtId().isEmpty()
                    && payload.get("iat").canConvertToLong()
                    && payload.get("iat").isIntegralNumber()
                    && payload.get("nbf").isIntegralNumber()
                    && payload.get("exp").isIntegralNumber()
                    && payload.get("auth_time").isIntegralNumber()
                    && payload.get("exp").longValue() - issued == 3600
                    && payload.get("exp").longValue() > now.getEpochSecond()
                    && issued <= now.getEpochSecond() + CLOCK_SKEW_SECONDS
                    && authenticated >= 0
                    && authenticated <= now.getEpochSecond() + CLOCK_SKEW_SECONDS
                    && caller.authenticatedAt().getEpochSecond() == authenticated;
            if (!good) {
                throw new AssertionError("Taken, and should not be: " + header + " " + payload + " for " + caller);
            }
        } catch (InvalidJwtException | MalformedClaimException | IOException e) {
            throw new AssertionError("Taken, and should not be: " + token, e);
        }
    }

    private static JsonNode json(String part) throws IOException {
        return STRICT.readTree(Base64.getUrlDecoder().decode(part));
    }
}
