package dev.latchkey.cli;

import com.google.common.base.CharMatcher;
import java.util.Locale;
import java.util.Optional;

/** The text of a setting, from a file, the environment or an argument. */
final class SettingValue {
    // U+200B is copied along from web pages, and some editors begin files with U+FEFF.
    private static final CharMatcher BLANK = CharMatcher.whitespace().or(CharMatcher.anyOf("\u200B\uFEFF"));

    private static final CharMatcher CONTROL = CharMatcher.javaIsoControl().or(CharMatcher.anyOf("\u2028\u2029"));

    private SettingValue() {}

    /** Without leading and trailing white space, including invisible characters that people copy by accident. */
    static String trimmed(String text) {
        return BLANK.trimFrom(text);
    }

    /** Why the text is refused if it contains a control character, such as a line end; to be appended to the setting's name. */
    static Optional<String> objection(String text) {
        int at = CONTROL.indexIn(text);
        return at < 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT, "must not hold the control character U+%04X", (int) text.charAt(at)));
    }

    /**
     * As {@link #trimmed}, for an argument or a variable that does not come through {@link ConfigurationFile}.
     *
     * @return null if it is absent or blank
     * @throws Refusal if it contains a control character, or could not be decoded
     */
    static String given(String name, String text) {
        if (text != null && CommandLine.isUnreadable(text)) {
            throw new Refusal(name + " " + CommandLine.cannotBeRead());
        }
        String value = text == null ? "" : trimmed(text);
        objection(value).ifPresent(objection -> {
            throw new Refusal(name + " " + objection);
        });
        return value.isEmpty() ? null : value;
    }
}
