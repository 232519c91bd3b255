package dev.latchkey.sessions;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A parsed refresh token. Its content must not be trusted before {@link RefreshTokenKey} has verified its proof.
 *
 * <p>As text it is {@code lkr_}, which lets scanners for leaked secrets recognize it, and the base64url of user, session, number,
 * secret and proof, all of fixed length.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and never leaves this package.
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

    /** The token that a client sent, or empty if it is malformed. */
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
        // With other unused bits at the end, other texts would decode to the same token.
        return token.text().equals(text) ? Optional.of(token) : Optional.empty();
    }

    /** The text that clients get. */
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
