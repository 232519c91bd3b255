package dev.latchkey.sessions;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A refresh token taken apart. What it says counts only once {@link RefreshTokenKey} has checked its proof.
 *
 * <p>As text it is {@code lkr_}, by which scanners for leaked secrets know it, and the base64url of user, session, number,
 * secret and proof, all of fixed length.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and never given out of this package.
record RefreshToken(String userId, String sessionId, byte[] secret, int generation, byte[] proof) {
    private static final String PREFIX = "lkr_";
    private static final int SECRET_BYTES = 16;
    private static final int PROOF_BYTES = 32;
    private static final int BYTES = 2 * 2 * Long.BYTES + Integer.BYTES + SECRET_BYTES + PROOF_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    static byte[] newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    /** The token that somebody sent, or empty if it has not the form of one. */
    static Optional<RefreshToken> parse(String text) {
        if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + (BYTES * 4 + 2) / 3) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        String userId = readUuid(buffer);
        String sessionId = readUuid(buffer);
        int generation = buffer.getInt();
        byte[] secret = new byte[SECRET_BYTES];
        buffer.get(secret);
        byte[] proof = new byte[PROOF_BYTES];
        buffer.get(proof);
        RefreshToken token = new RefreshToken(userId, sessionId, secret, generation, proof);
        // Spare bits would make other texts of the same token.
        return token.text().equals(text) ? Optional.of(token) : Optional.empty();
    }

    /** As a client gets it. */
    String text() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        putUuid(buffer, userId);
        putUuid(buffer, sessionId);
        buffer.putInt(generation).put(secret).put(proof);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    private static String readUuid(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }

    private static void putUuid(ByteBuffer buffer, String id) {
        UUID uuid = UUID.fromString(id);
        buffer.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    /** Leaves out what is secret. */
    @Override
    public String toString() {
        return "RefreshToken[session=" + sessionId + ", generation=" + generation + "]";
    }
}
