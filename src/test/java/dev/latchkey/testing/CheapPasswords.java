package dev.latchkey.testing;

import dev.latchkey.credentials.PasswordSettings;

/**
 * Argon2id at the least cost that it has (RFC 9106, section 3.1), which no operator can choose. Much of the time of all tests went into
 * hashes, and what they cost is the subject of few.
 */
public final class CheapPasswords {
    private static final int MEMORY_KIB = 8;

    private CheapPasswords() {}

    /** The default pool. */
    public static PasswordSettings settings() {
        return settings(0, 0);
    }

    static PasswordSettings settings(int threads, int queue) {
        return new PasswordSettings(threads, queue, MEMORY_KIB, 1);
    }
}
