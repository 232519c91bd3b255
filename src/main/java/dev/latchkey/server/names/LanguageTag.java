package dev.latchkey.server.names;

import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tags of languages (BCP 47, RFC 5646). */
public final class LanguageTag {
    /** That of the contract: no private-use and no grandfathered tag, which name no language that a text could be in. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*");

    private static final int MAX_LENGTH = 35;

    /** Browsers send far less. To parse a long header takes time. */
    private static final int MAX_HEADER_LENGTH = 500;

    private LanguageTag() {}

    /** Whether it is one of a language, perhaps with script, region, variants and extensions. */
    public static boolean isWellFormed(String text) {
        if (text.length() > MAX_LENGTH || !FORM.matcher(text).matches()) {
            return false;
        }
        try {
            // Null would be taken, too.
            return !new Locale.Builder()
                    .setLanguageTag(text)
                    .build()
                    .getLanguage()
                    .isEmpty();
        } catch (IllformedLocaleException e) {
            return false;
        }
    }

    /** The language that a client likes best, from an {@code Accept-Language} (RFC 9110, section 12.5.4), which may be null or anything. */
    public static Optional<String> preferred(String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.length() > MAX_HEADER_LENGTH) {
            return Optional.empty();
        }
        try {
            List<Locale.LanguageRange> ranges = Locale.LanguageRange.parse(acceptLanguage);
            return ranges.stream()
                    .filter(range -> range.getWeight() > 0)
                    .map(Locale.LanguageRange::getRange)
                    .filter(LanguageTag::isWellFormed)
                    .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
