package dev.latchkey.server.names;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A domain as the DNS has it, in ASCII: {@code münchen.de} is {@code xn--mnchen-3ya.de}.
 *
 * <p>Mapped as Unicode Technical Standard 46 does without its transitional processing, as browsers and mail servers do today, so that
 * {@code straße.de} and {@code strasse.de} are two domains. {@link java.net.IDN} knows only the rules of 2003, which make them one, and
 * the characters of Unicode 3.2. Nothing is refused: this tells domains apart, whether they can exist or not.
 */
final class CanonicalDomain {
    /** What the standard ignores. */
    private static final Pattern IGNORED = Pattern.compile("[\\u00AD\\u034F\\u115F\\u1160\\u180B-\\u180D\\u180F\\u200B"
            + "\\u2060\\u2064\\uFE00-\\uFE0F\\uFEFF\\x{1BCA0}-\\x{1BCA3}\\x{E0100}-\\x{E01EF}]");

    /** The dots of East Asian scripts as form KC leaves them. */
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
        // Form KC would take this sigma for another one.
        String seen = IGNORED.matcher(domain).replaceAll("").replace('\u03F2', '\u03C3');
        StringBuilder folded = new StringBuilder();
        normalized(seen).codePoints().mapToObj(CanonicalDomain::folded).forEach(folded::append);
        // Folding can undo the normal form.
        return normalized(folded.toString());
    }

    /** Without case, but for letters that a domain may have beside what others fold them to. */
    private static String folded(int letter) {
        return switch (letter) {
            case 'ß', 'ẞ' -> "ß";
            case 'ς', 'ı' -> Character.toString(letter);
            default -> {
                String lower = lower(lower(Character.toString(letter)).toUpperCase(Locale.ROOT));
                // Of these, Unicode folds the small letters to the large ones, which are older.
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
