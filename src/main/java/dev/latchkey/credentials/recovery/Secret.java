package dev.latchkey.credentials.recovery;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** Secrets that nobody can guess, so that their plain hashes can be stored. */
final class Secret {
    private static final int BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secret() {}

    /** 128 bits, in 22 characters that are safe in a URL. */
    static String random() {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** What is stored of a secret. */
    static String hash(String secret) {
        return Hashing.sha256().hashString(secret, StandardCharsets.UTF_8).toString();
    }
}
