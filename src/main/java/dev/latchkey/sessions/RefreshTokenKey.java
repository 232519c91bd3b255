package dev.latchkey.sessions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is stored of a session's refresh tokens.
 *
 * <p>All of them contain the same random secret, and each has a proof of its number: an HMAC of both under a key that only the
 * database holds. So the server recognizes every old token of a session without storing it, nobody can derive the next token from
 * the last one, and a reader of the database who has not seen a token cannot make one either.
 *
 * @param proofKey the HMAC's key, base64url
 * @param secretHash SHA-256 of the secret, base64url
 */
record RefreshTokenKey(String proofKey, String secretHash) {
    private static final int KEY_BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new key for the tokens that contain {@code secret}. */
    static RefreshTokenKey forSecret(byte[] secret) {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return new RefreshTokenKey(encode(key), encode(sha256(secret)));
    }

    /** The session's token of this number. */
    RefreshToken sign(String userId, String sessionId, byte[] secret, int generation) {
        return new RefreshToken(userId, sessionId, secret, generation, proof(userId, sessionId, secret, generation));
    }

    /** Whether this session has issued the token at some time. */
    boolean signed(RefreshToken token) {
        byte[] proof = proof(token.userId(), token.sessionId(), token.secret(), token.generation());
        return MessageDigest.isEqual(sha256(token.secret()), decode(secretHash))
                && MessageDigest.isEqual(proof, token.proof());
    }

    private byte[] proof(String userId, String sessionId, byte[] secret, int generation) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(decode(proofKey), HMAC));
            mac.update((userId + "\n" + sessionId + "\n").getBytes(StandardCharsets.UTF_8));
            mac.update(secret);
            return mac.doFinal(
                    ByteBuffer.allocate(Integer.BYTES).putInt(generation).array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + HMAC, e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "RefreshTokenKey";
    }
}
