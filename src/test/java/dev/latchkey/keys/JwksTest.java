package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Another service, with another JOSE library, checks our tokens by nothing but the address of the key set (RFC 9068, section 4). */
final class JwksTest {
    private final ServerExtension server = ServerExtension.shared(Engine.SQLITE);
    private final Api api = server.api();

    @Test
    void aResourceServerChecksOurTokensFromTheKeySetAlone() throws Exception {
        String username = Api.newName();
        String userId = api.register(username).body().at("/data/user_id").textValue();
        String token = Api.Tokens.of(api.logIn(username, Api.PASSWORD)).access();

        JwtClaims claims = resourceServer("latchkey").processToClaims(token);

        assertThat(claims.getSubject()).isEqualTo(userId);
        assertThat(claims.getClaimNames())
                .containsExactlyInAnyOrder(
                        "iss", "aud", "sub", "client_id", "sid", "auth_time", "iat", "nbf", "exp", "jti");
        assertThatThrownBy(() -> resourceServer("another").processToClaims(token))
                .isInstanceOf(InvalidJwtException.class);
        assertThatThrownBy(() -> resourceServer("latchkey").processToClaims(token.substring(0, token.length() - 6)))
                .isInstanceOf(InvalidJwtException.class);
    }

    /** As the page about checking tokens elsewhere shows, which {@code ReadmeIT} compares with these lines. */
    @Test
    void springSecurityChecksOurTokens() {
        String username = Api.newName();
        String userId = api.register(username).body().at("/data/user_id").textValue();
        String token = Api.Tokens.of(api.logIn(username, Api.PASSWORD)).access();

        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(keySetAddress())
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .validateType(false)
                .build();
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
                .issuer("http://localhost:3000")
                .audience("latchkey")
                .clientId("latchkey")
                .build());

        assertThat(decoder.decode(token).getSubject()).isEqualTo(userId);
        assertThatThrownBy(() -> decoder.decode(token.substring(0, token.length() - 6)))
                .isInstanceOf(JwtException.class);
    }

    private String keySetAddress() {
        return "http://127.0.0.1:" + server.port() + "/.well-known/jwks.json";
    }

    /** Promise 18: what is published is of no use for signing. */
    @Test
    void theKeySetMayBeCachedAndHoldsNothingPrivate() {
        Api.Answer answer = api.send("GET", "/.well-known/jwks.json", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.exchange().headers().get("cache-control")).isEqualTo(List.of("public, max-age=300"));
        assertThat(answer.body().path("keys")).allSatisfy(key -> assertThat(key.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("kty", "crv", "x", "y", "kid", "use", "alg"));
    }

    private JwtConsumer resourceServer(String audience) {
        HttpsJwks keySet = new HttpsJwks(keySetAddress());
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(keySet))
                .setJwsAlgorithmConstraints(
                        ConstraintType.PERMIT, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
                .setExpectedType(true, "at+jwt")
                .setExpectedIssuer("http://localhost:3000")
                .setExpectedAudience(audience)
                .setRequireSubject()
                .setRequireExpirationTime()
                .build();
    }
}
