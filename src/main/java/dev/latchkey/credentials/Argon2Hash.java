package dev.latchkey.credentials;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is stored of a password: an Argon2id hash (RFC 9106, version 1.3), and what it was made with.
 *
 * @param memory in KiB
 * @param passes over that memory
 * @param saltText in base64 without padding, as is {@code text}, the hash itself
 */
record Argon2Hash(int memory, int passes, int lanes, String saltText, String text) {
    // No more digits than any cost has that operators can choose.
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9])"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");
    private static final int MAX_MEMORY = 1 << 20;

    /** Reads the PHC form; empty for any other text, or for more memory than operators can choose. */
    static Optional<Argon2Hash> parse(String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int memory = Integer.parseInt(parts.group(1));
        int lanes = Integer.parseInt(parts.group(3));
        if (memory > MAX_MEMORY || memory < 8 * lanes) {
            return Optional.empty();
        }
        Argon2Hash hash =
                new Argon2Hash(memory, Integer.parseInt(parts.group(2)), lanes, parts.group(4), parts.group(5));
        return Optional.of(hash).filter(Argon2Hash::isBase64);
    }

    /** The decoder overlooks bits of the last character that belong to no byte. */
    private boolean isBase64() {
        try {
            return encode(salt()).equals(saltText) && encode(bytes()).equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    byte[] salt() {
        return Base64.getDecoder().decode(saltText);
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(text);
    }

    /** With another hash, and all else alike. */
    Argon2Hash with(byte[] bytes) {
        return new Argon2Hash(memory, passes, lanes, saltText, encode(bytes));
    }

    /** With another salt, and all else alike. */
    Argon2Hash withSalt(byte[] salt) {
        return new Argon2Hash(memory, passes, lanes, encode(salt), text);
    }

    /** What hashes of the same cost begin with. */
    String parameters() {
        return "$argon2id$v=19$m=" + memory + ",t=" + passes + ",p=" + lanes + "$";
    }

    /** The PHC form. */
    String phc() {
        return parameters() + saltText + "$" + text;
    }

    /** Leaves the hash out. */
    @Override
    public String toString() {
        return parameters();
    }
}
