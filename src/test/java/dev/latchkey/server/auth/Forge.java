package dev.latchkey.server.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.testing.SettableClock;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens of any shape, with the server's own key and others, by plain {@code java.security}. */
final class Forge {
    static final String ISSUER = "https://latchkey.example";
    static final String AUDIENCE = "app";
    static final String KID = "key-1";
    static final int CACHE_SIZE = 100;
    static final String USER = "6b1f3a52-0c0e-4f3b-9d0a-1f2e3d4c5b6a";
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final String SESSION = "0f7c1b52-6a0e-4c3b-8d0a-2b2e3d4c5b7d";
    static final Caller CALLER = new Caller(USER, SESSION, START.minusSeconds(60));

    private static final ObjectMapper MAPPER = new ObjectMapper();

    final SettableClock clock = new SettableClock(START);
    final KeyPair keyPair = newKeyPair("EC", "secp256r1");
    final Set<String> endedSessions = new HashSet<>();
    final AtomicBoolean keyIsKnown = new AtomicBoolean(true);
    final AccessTokens tokens = new AccessTokens(
            new OneKey(jwk(), keyIsKnown),
            endedSessions::contains,
            new TokenSettings(ISSUER, AUDIENCE, CACHE_SIZE, null),
            clock);

    /** The only key that the server knows, as long as it does. */
    private record OneKey(ECKey current, AtomicBoolean isKnown) implements SigningKeys {

        @Override
        public Optional<ECKey> find(String kid) {
            return Optional.of(current)
                    .filter(key -> isKnown.get() && key.getKeyID().equals(kid));
        }
    }

    private ECKey jwk() {
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) keyPair.getPublic())
                .privateKey(keyPair.getPrivate())
                .keyID(KID)
                .build();
    }

    String publicJwk() {
        return jwk().toPublicJWK().toJSONString();
    }

    /** The header of a good token. */
    static ObjectNode header() {
        return MAPPER.createObjectNode()
                .put("alg", "ES256")
                .put("typ", "at+jwt")
                .put("kid", KID);
    }

    /** The claims of a good token, issued at {@link #START}. */
    static ObjectNode claims() {
        long now = START.getEpochSecond();
        return MAPPER.createObjectNode()
                .put("iss", ISSUER)
                .put("aud", AUDIENCE)
                .put("sub", USER)
                .put("client_id", AUDIENCE)
                .put("sid", SESSION)
                .put("auth_time", now - 60)
                .put("iat", now)
                .put("nbf", now)
                .put("exp", now + 3600)
                .put("jti", "1d2c3b4a");
    }

    /** A token with the right signature, whatever it says. */
    String signed(Object header, Object claims) {
        return signed(header, claims, "SHA256withECDSAinP1363Format", keyPair.getPrivate());
    }

    static String signed(Object header, Object claims, String algorithm, PrivateKey key) {
        String content = encode(header.toString()) + "." + encode(claims.toString());
        return content + "." + encode(signature(content, algorithm, key));
    }

    static byte[] signature(String content, String algorithm, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is said to be signed with a secret: with HMAC, by the header's algorithm if it names one. */
    static String authenticated(ObjectNode header, Object claims, byte[] secret) {
        String content = encode(header.toString()) + "." + encode(claims.toString());
        String algorithm = header.path("alg").asText();
        String name = "HmacSHA" + (algorithm.startsWith("HS") ? algorithm.substring(2) : "256");
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            return content + "." + encode(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The ways in which a public key stands in files and answers, any of which a careless server takes for a secret. */
    static List<byte[]> encodings(PublicKey key, String jwk) {
        byte[] der = key.getEncoded();
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----";
        return List.of(
                der,
                // The point alone.
                Arrays.copyOfRange(der, der.length - 65, der.length),
                pem.getBytes(StandardCharsets.US_ASCII),
                (pem + "\n").getBytes(StandardCharsets.US_ASCII),
                base64.replace("\n", "").getBytes(StandardCharsets.US_ASCII),
                jwk.getBytes(StandardCharsets.US_ASCII));
    }

    /** The numbers of an ECDSA signature as JWS has them, each in 32 bytes. */
    static byte[] concatenated(BigInteger r, BigInteger s) {
        byte[] signature = new byte[64];
        copy(r, signature, 32);
        copy(s, signature, 64);
        return signature;
    }

    private static void copy(BigInteger number, byte[] target, int end) {
        byte[] bytes = number.toByteArray();
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, target, end - length, length);
    }

    static KeyPair newKeyPair(String algorithm, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (curve != null) {
                generator.initialize(new ECGenParameterSpec(curve));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
