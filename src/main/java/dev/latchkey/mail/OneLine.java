package dev.latchkey.mail;

import java.util.regex.Pattern;

/** What a mail server says, fit for a line of the log and a column of the store. */
final class OneLine {
    private static final int MAX_LENGTH = 500;
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\s]+");

    private OneLine() {}

    static String of(String text) {
        String line =
                text == null ? "" : UNPRINTABLE.matcher(text).replaceAll(" ").strip();
        if (line.length() <= MAX_LENGTH) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return line.substring(0, end);
    }
}
