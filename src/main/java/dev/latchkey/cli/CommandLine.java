package dev.latchkey.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Text from the operating system: arguments, environment variables, file names. Java decodes it in the charset of the locale, and
 * substitutes U+FFFD where that fails. A U+FFFD that somebody typed is refused as well, since it looks the same.
 */
public final class CommandLine {
    private static final char UNREADABLE = '\uFFFD';

    private CommandLine() {}

    /** Whether the arguments and the name of the working directory were decoded correctly; if not, prints a line that says so. */
    public static boolean isReadable(String[] arguments, PrintStream out) {
        for (int i = 0; i < arguments.length; i++) {
            if (isUnreadable(arguments[i])) {
                // The argument itself is not printed: it may be a secret that somebody typed in the wrong place.
                out.println("latchkey: argument " + (i + 1) + " " + cannotBeRead());
                return false;
            }
        }
        if (isUnreadable(System.getProperty("user.dir"))) {
            out.println("latchkey: the name of this folder " + cannotBeRead());
            return false;
        }
        return true;
    }

    static boolean isUnreadable(String text) {
        return text.indexOf(UNREADABLE) >= 0;
    }

    /** The end of a message that begins with the name of what cannot be read. */
    static String cannotBeRead() {
        return "cannot be read as " + charset() + ", which " + advice();
    }

    /** The end of a message that begins with a path that the charset cannot encode. */
    static String cannotBeNamed() {
        return "cannot be written in " + charset() + ", which " + advice();
    }

    private static String advice() {
        return "the locale asks for: set one with UTF-8, such as LC_ALL=C.UTF-8";
    }

    private static String charset() {
        return Charset.forName(System.getProperty("sun.jnu.encoding")).name();
    }
}
