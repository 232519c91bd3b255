package dev.latchkey.cli;

import com.google.common.base.CharMatcher;
import java.util.Locale;
import java.util.Optional;

/** The text that an operator gives for a setting, in a file, in the environment or as an argument. */
final class SettingValue {
    // U+200B comes along when a value is copied from a page, and U+FEFF begins the files that some editors write.
    private static final CharMatcher BLANK = CharMatcher.whitespace().or(CharMatcher.anyOf("\u200B\uFEFF"));

    private static final CharMatcher CONTROL = CharMatcher.javaIsoControl().or(CharMatcher.anyOf("\u2028\u2029"));

    private SettingValue() {}

    /** Without what nobody sees and nobody means: blanks and line ends at its edges, of whatever script. */
    static String trimmed(String text) {
        return BLANK.trimFrom(text);
    }

    /** What is wrong with it if it holds a control character, such as a line end; to be put after its name. */
    static Optional<String> objection(String text) {
        int at = CONTROL.indexIn(text);
        return at < 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT, "must not hold the control character U+%04X", (int) text.charAt(at)));
    }

    /**
     * As {@link #trimmed}, for an argument or a variable that is read past {@link ConfigurationFile}.
     *
     * @return null where there is none, or nothing but blanks
     * @throws Refusal where it holds a control character, or could not be read
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
