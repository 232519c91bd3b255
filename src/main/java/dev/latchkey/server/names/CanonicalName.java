package dev.latchkey.server.names;

import java.text.Normalizer;
import java.util.Locale;

/** The form in which two spellings of a name are the same. */
public final class CanonicalName {
    /**
     * In UTF-16 units; more than any spelling of a name, an address or a password that the contract allows. Putting marks in order
     * takes the square of their number: seconds for all that fits in a body.
     */
    private static final int MAX_LENGTH = 1_200;

    private CanonicalName() {}

    /**
     * Without case and without compatibility differences (NFKC, Unicode Standard Annex #15).
     *
     * <p>Lower, upper and lower case in turn fold what has no single counterpart: {@code ẞ}, {@code ß} and {@code ss},
     * {@code ς} and {@code σ}. Folding can undo the normal form, hence once more. What is longer than any name stays as it is.
     */
    public static String of(String name) {
        if (name.length() > MAX_LENGTH) {
            return name;
        }
        String folded = normalized(name)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace('ς', 'σ');
        return normalized(folded);
    }

    private static String normalized(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
}
