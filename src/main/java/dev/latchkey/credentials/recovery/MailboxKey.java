package dev.latchkey.credentials.recovery;

import com.google.common.hash.Hashing;
import dev.latchkey.server.names.CanonicalEmail;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * An e-mail address in all of its spellings.
 *
 * @param key the {@link CanonicalEmail}
 */
record MailboxKey(String key) {
    private static final int HASH_BYTES = 16;

    static MailboxKey of(String email) {
        return new MailboxKey(CanonicalEmail.of(email));
    }

    /** By which codes and attempts are found: 22 characters that are safe in a URL, whether anybody has the address or not. */
    String hash() {
        byte[] hash = Hashing.sha256().hashString(key, StandardCharsets.UTF_8).asBytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
    }
}
