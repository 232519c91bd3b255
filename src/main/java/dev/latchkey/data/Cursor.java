package dev.latchkey.data;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A place in a list: the last key of a page, with a digest that binds it to the user and the prefix.
 *
 * <p>The digest is no secret, for whoever makes a cursor sees nothing but their own keys. It refuses one that was sent for another list
 * by mistake, or was changed on its way.
 */
final class Cursor {
    private static final int DIGEST_BYTES = 8;

    private Cursor() {}

    static String of(String userId, String prefix, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        byte[] cursor = ByteBuffer.allocate(DIGEST_BYTES + bytes.length)
                .put(digest(userId, prefix, key))
                .put(bytes)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /** The key; empty if the cursor is not one of this user and prefix. */
    static Optional<String> read(String cursor, String userId, String prefix) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length <= DIGEST_BYTES) {
                return Optional.empty();
            }
            String key = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, DIGEST_BYTES, bytes.length - DIGEST_BYTES))
                    .toString();
            boolean isOurs = Arrays.equals(digest(userId, prefix, key), Arrays.copyOf(bytes, DIGEST_BYTES));
            return isOurs ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static byte[] digest(String userId, String prefix, String key) {
        Hasher hasher = Hashing.sha256().newHasher();
        for (String part : new String[] {userId, prefix, key}) {
            hasher.putInt(part.length()).putString(part, StandardCharsets.UTF_8);
        }
        return Arrays.copyOf(hasher.hash().asBytes(), DIGEST_BYTES);
    }
}
