package dev.latchkey.credentials.recovery;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a user types from a mail: 8 of 29 letters and digits, none of which looks like another.
 *
 * <p>There are 5.0e11. At the limits as shipped, an attacker has 40 guesses in the life of a code for a password at most ({@link CodeAttemptStore}), each
 * at no more than 3 good codes: the chance to hit one is 2.4e-10, so that it takes 4 thousand million such attacks, and 1.7e11 guesses, on
 * average. That is what protects a code, not its hash: who reads the store while a code is good can try all of them.
 *
 * @param text 8 characters, in upper case
 */
record MailCode(String text) {
    /** Without 0 and O, 1, I and L, U and V. */
    private static final String ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ";

    private static final int LENGTH = 8;
    private static final Pattern FORM = Pattern.compile("[" + ALPHABET + "]{" + LENGTH + "}");
    private static final Pattern IGNORED = Pattern.compile("[\\p{Z}\\s\\p{Pd}]");
    private static final SecureRandom RANDOM = new SecureRandom();

    static MailCode random() {
        return new MailCode(RANDOM.ints(LENGTH, 0, ALPHABET.length())
                .map(ALPHABET::charAt)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    }

    /** What somebody typed, in any case, with hyphens and spaces or without; empty if it cannot be a code. */
    static Optional<MailCode> parse(String typed) {
        String text = IGNORED.matcher(typed).replaceAll("").toUpperCase(Locale.ROOT);
        return FORM.matcher(text).matches() ? Optional.of(new MailCode(text)) : Optional.empty();
    }

    /** As it stands in the mail. */
    String shown() {
        return text.substring(0, LENGTH / 2) + "-" + text.substring(LENGTH / 2);
    }

    /** What is stored of it. The same code of another user, or for something else, has another hash. */
    String hash(Purpose purpose, String userId) {
        Hasher hasher = Hashing.sha256().newHasher();
        for (String part : new String[] {purpose.text(), userId, text}) {
            hasher.putInt(part.length()).putString(part, StandardCharsets.UTF_8);
        }
        return hasher.hash().toString();
    }

    /** Leaves the code out. */
    @Override
    public String toString() {
        return "MailCode[]";
    }
}
