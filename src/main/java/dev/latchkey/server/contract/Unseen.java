package dev.latchkey.server.contract;

import java.util.regex.Pattern;

/** Invisible characters: white space, control characters, and those that Unicode calls ignorable. */
final class Unseen {
    /** Unicode's Default_Ignorable_Code_Point, which Java does not know, and the braille pattern without a dot. */
    private static final Pattern IGNORABLE = Pattern.compile(
            "[\\xAD\\x{34F}\\x{61C}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}"
                    + "\\x{180B}-\\x{180F}\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{206F}\\x{2800}\\x{3164}\\x{FE00}-\\x{FE0F}"
                    + "\\x{FEFF}\\x{FFA0}\\x{FFF0}-\\x{FFFB}\\x{1BCA0}-\\x{1BCA3}\\x{1D173}-\\x{1D17A}\\x{E0000}-\\x{E0FFF}]");

    private Unseen() {}

    static boolean contains(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.isSpaceChar(codePoint)
                || IGNORABLE.matcher(Character.toString(codePoint)).matches();
    }

    /** Joiners and variation selectors, without which some words and many emoji cannot be written. */
    static boolean isShaping(int codePoint) {
        return codePoint == 0x200C
                || codePoint == 0x200D
                || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
                || (codePoint >= 0xE0100 && codePoint <= 0xE01EF);
    }
}
