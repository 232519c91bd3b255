package dev.latchkey.server.auth;

import static dev.latchkey.server.auth.Forge.claims;
import static dev.latchkey.server.auth.Forge.encode;
import static dev.latchkey.server.auth.Forge.header;
import static dev.latchkey.server.auth.Forge.signed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 16: tokens that we did not sign, or not as we do (RFC 8725, sections 2.1, 2.2 and 3.1 to 3.4). */
final class HostileSignaturesTest {
    private final Forge forge = new Forge();
    private final String good = forge.signed(header(), claims());

    @ParameterizedTest
    @ValueSource(
            strings = {"none", "None", "NONE", "nOnE", "", " none", "es256", "ES256 ", "ES256K", "HS256", "RS256", "dir"
            })
    void noOtherAlgorithmIsTaken(String algorithm) {
        ObjectNode header = header().put("alg", algorithm);
        String content = encode(header.toString()) + "." + encode(claims().toString());

        assertRefused(forge.signed(header, claims()));
        assertRefused(content + ".");
        assertRefused(content);
        assertRefused(content + "." + encode(new byte[64]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512", "ES256"})
    void thePublicKeyIsNoSecret(String algorithm) {
        for (byte[] secret : Forge.encodings(forge.keyPair.getPublic(), forge.publicJwk())) {
            assertRefused(Forge.authenticated(header().put("alg", algorithm), claims(), secret));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ES384, EC, secp384r1, SHA384withECDSAinP1363Format",
        "ES512, EC, secp521r1, SHA512withECDSAinP1363Format",
        "ES256, EC, secp384r1, SHA256withECDSAinP1363Format",
        "ES256, EC, secp256r1, SHA256withECDSAinP1363Format",
        "RS256, RSA, , SHA256withRSA",
        "EdDSA, Ed25519, , Ed25519",
        "Ed25519, Ed25519, , Ed25519"
    })
    void noOtherKeyIsTaken(String algorithm, String type, String curve, String signature) {
        KeyPair another = Forge.newKeyPair(type, curve);

        assertRefused(signed(header().put("alg", algorithm), claims(), signature, another.getPrivate()));
    }

    @ParameterizedTest
    @CsvSource({"ES384, SHA384withECDSAinP1363Format", "ES512, SHA512withECDSAinP1363Format", "ES256, SHA256withECDSA"})
    void ourKeySignsInOneWay(String algorithm, String signature) {
        assertRefused(signed(header().put("alg", algorithm), claims(), signature, forge.keyPair.getPrivate()));
    }

    @Test
    void numbersThatAreNoSignatureAreRefused() {
        BigInteger order = ((ECPublicKey) forge.keyPair.getPublic()).getParams().getOrder();
        BigInteger max = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
        BigInteger[] numbers = {
            BigInteger.ZERO, BigInteger.ONE, order.subtract(BigInteger.ONE), order, order.add(BigInteger.ONE), max
        };
        for (BigInteger r : numbers) {
            for (BigInteger s : numbers) {
                assertRefused(withSignature(Forge.concatenated(r, s)));
            }
        }
    }

    @Test
    void halfOfASignatureIsNone() {
        byte[] signature = Base64.getUrlDecoder().decode(good.substring(good.lastIndexOf('.') + 1));

        assertRefused(withSignature(Arrays.copyOf(signature, 63)));
        assertRefused(withSignature(Arrays.copyOf(signature, 65)));
        assertRefused(withSignature(Arrays.copyOf(signature, 32)));
        assertRefused(withSignature(new byte[0]));
        assertRefused(withSignature(new byte[96]));
        byte[] withoutR = signature.clone();
        Arrays.fill(withoutR, 0, 32, (byte) 0);
        assertRefused(withSignature(withoutR));
        byte[] withoutS = signature.clone();
        Arrays.fill(withoutS, 32, 64, (byte) 0);
        assertRefused(withSignature(withoutS));
    }

    private String withSignature(byte[] signature) {
        return good.substring(0, good.lastIndexOf('.') + 1) + encode(signature);
    }

    private void assertRefused(String token) {
        assertThat(forge.tokens.verify(token)).isEmpty();
    }
}
