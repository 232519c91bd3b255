package dev.latchkey.users;

import java.text.Normalizer;
import java.util.Locale;

/** The form in which two spellings of a username or an e-mail address are the same. */
final class CanonicalName {
    private CanonicalName() {}

    /**
     * Without case and without compatibility differences (NFKC, Unicode Standard Annex #15).
     *
     * <p>Lower, upper and lower case in turn fold what has no single counterpart: {@code ẞ}, {@code ß} and {@code ss},
     * {@code ς} and {@code σ}. Folding can undo the normal form, hence once more.
     */
    static String of(String name) {
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
