package dev.latchkey.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * What the system hands over as text: arguments, variables, names of files. Java reads it in the charset of the locale, and puts
 * U+FFFD where that fails. Somebody who types that character is refused as well, for it cannot be told from a failure.
 */
public final class CommandLine {
    private static final char UNREADABLE = '\uFFFD';

    private CommandLine() {}

    /** Whether all of the arguments, and the name of the folder, are what somebody typed; prints why not in one line. */
    public static boolean isReadable(String[] arguments, PrintStream out) {
        for (int i = 0; i < arguments.length; i++) {
            if (isUnreadable(arguments[i])) {
                // Not what is left of it: it may be what should not have been typed here.
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

    /** The end of a sentence that begins with what cannot be read. */
    static String cannotBeRead() {
        return "cannot be read as " + charset() + ", which " + advice();
    }

    /** The end of a sentence that begins with a path that cannot be named here. */
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
