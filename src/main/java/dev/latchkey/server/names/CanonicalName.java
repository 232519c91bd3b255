package dev.latchkey.server.names;

import java.text.Normalizer;
import java.util.Locale;

/** The form in which all spellings of a name are the same. */
public final class CanonicalName {
    /**
     * In UTF-16 units; more than any valid name, address or password has. Normalization takes time quadratic in the number of combining
     * marks: seconds for as many as fit in a body.
     */
    private static final int MAX_LENGTH = 1_200;

    private CanonicalName() {}

    /**
     * Without case and without compatibility differences (NFKC, Unicode Standard Annex #15).
     *
     * <p>Mapping to lower, upper and lower case also folds letters without a single counterpart: {@code ẞ}, {@code ß} and {@code ss},
     * {@code ς} and {@code σ}. Folding can undo the normal form, so it is applied again. A text that is too long is returned as it is.
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
