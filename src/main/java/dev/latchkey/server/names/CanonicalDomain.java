package dev.latchkey.server.names;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A domain in ASCII, as in the DNS: {@code münchen.de} is {@code xn--mnchen-3ya.de}.
 *
 * <p>Mapped by nontransitional processing of Unicode Technical Standard 46, as in browsers and mail servers, so that
 * {@code straße.de} and {@code strasse.de} are two domains. {@link java.net.IDN} implements only the rules of 2003, which make them
 * one, and the characters of Unicode 3.2. Nothing is refused: the form only has to tell domains apart, whether they can exist or not.
 */
final class CanonicalDomain {
    /** The characters that the standard ignores. */
    private static final Pattern IGNORED = Pattern.compile("[\\u00AD\\u034F\\u115F\\u1160\\u180B-\\u180D\\u180F\\u200B"
            + "\\u2060\\u2064\\uFE00-\\uFE0F\\uFEFF\\x{1BCA0}-\\x{1BCA3}\\x{E0100}-\\x{E01EF}]");

    /** Also the dot of East Asian scripts that NFKC leaves. */
    private static final Pattern DOT = Pattern.compile("[.\u3002]");

    private static final String ASCII_PREFIX = "xn--";

    private CanonicalDomain() {}

    static String of(String domain) {
        String[] labels = DOT.split(mapped(domain), -1);
        return Arrays.stream(labels).map(CanonicalDomain::ascii).collect(Collectors.joining("."));
    }

    private static String ascii(String label) {
        return label.chars().allMatch(c -> c < 0x80) ? label : ASCII_PREFIX + Punycode.encode(label);
    }

    private static String mapped(String domain) {
        // NFKC would map this sigma to another one.
        String seen = IGNORED.matcher(domain).replaceAll("").replace('\u03F2', '\u03C3');
        StringBuilder folded = new StringBuilder();
        normalized(seen).codePoints().mapToObj(CanonicalDomain::folded).forEach(folded::append);
        // Case folding can undo the normal form.
        return normalized(folded.toString());
    }

    /** Folds case, except for letters that a domain may contain as they are. */
    private static String folded(int letter) {
        return switch (letter) {
            case 'ß', 'ẞ' -> "ß";
            case 'ς', 'ı' -> Character.toString(letter);
            default -> {
                String lower = lower(lower(Character.toString(letter)).toUpperCase(Locale.ROOT));
                // Unicode folds Cherokee to upper case, because those letters are older.
                yield Character.UnicodeScript.of(letter) == Character.UnicodeScript.CHEROKEE
                        ? lower.toUpperCase(Locale.ROOT)
                        : lower;
            }
        };
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String normalized(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
}
