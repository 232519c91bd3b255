package dev.latchkey.testing;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** Texts that a database might confuse: any Unicode but NUL and lone surrogates, which are no text to Latchkey. */
public final class HardTexts {
    private static final List<String> KNOWN = List.of(
            // Nothing, blanks, and what a numeric column would take for the same.
            "",
            " ",
            "  ",
            "0",
            "00",
            "0.0",
            "1e1",
            "10",
            "null",
            "NULL",
            "true",
            // Prefixes of one another, cases, and the same letter in several forms.
            "a",
            "A",
            "a ",
            " a",
            "aa",
            "ab",
            "a\u0001",
            "\u00e4",
            "a\u0308",
            "\u212b",
            "\u00c5",
            "i",
            "\u0130",
            "\u0131",
            "\u00df",
            "\u1e9e",
            "ss",
            "\ufb00",
            // SQL, its patterns and its parameters.
            "%",
            "_",
            "a%",
            "'",
            "''",
            "\"",
            "\\",
            "\\0",
            "?",
            ":key",
            "${text}",
            "$1",
            "--",
            ";",
            "/*",
            "`",
            "{d",
            "E''",
            // The ends of ranges: of bytes in UTF-8, of planes, around the surrogates; and what nobody sees.
            "\u0001",
            "\u001f",
            "\u007f",
            "\u0080",
            "\u07ff",
            "\u0800",
            "\ud7ff",
            "\ue000",
            "\ufffd",
            "\ufffe",
            "\uffff",
            "\ud800\udc00",
            "\ud83d\udd11",
            "\udbff\udfff",
            "\t",
            "\n",
            "\r\n",
            "\u0085",
            "\u2028",
            "\ufeff",
            "\u200b",
            "\u202e",
            "\u0301");

    private HardTexts() {}

    /** One of at most {@code maxBytes} bytes of UTF-8, 4 or more. */
    public static String any(Random random, int maxBytes) {
        return switch (random.nextInt(4)) {
            case 0 -> random(random, maxBytes / 4);
            case 1 -> {
                String start = known(random);
                yield start + random(random, Math.min(3, (maxBytes - 8) / 4));
            }
            default -> known(random);
        };
    }

    /** Few, so that they meet again, and of one family: for a careless comparison some are the same, or begin the same. */
    public static List<String> few(Random random, int count, int maxBytes) {
        String parent = any(random, maxBytes / 2);
        return Stream.generate(() -> relative(random, parent, maxBytes))
                .distinct()
                .limit(count)
                .toList();
    }

    private static String relative(Random random, String parent, int maxBytes) {
        return switch (random.nextInt(8)) {
            case 0 -> parent;
            case 1 -> parent + parent;
            case 2 -> parent + " ";
            case 3 -> parent.toUpperCase(Locale.ROOT);
            case 4 -> parent.toLowerCase(Locale.ROOT);
            case 5 -> parent.substring(0, parent.offsetByCodePoints(0, parent.codePointCount(0, parent.length()) / 2));
            case 6 -> Normalizer.normalize(parent, random.nextBoolean() ? Form.NFC : Form.NFKD);
            default -> any(random, maxBytes);
        };
    }

    private static String known(Random random) {
        return KNOWN.get(random.nextInt(KNOWN.size()));
    }

    /** Up to so many code points of all planes; every other one ASCII, or there would be next to none. */
    public static String random(Random random, int maxCodePoints) {
        int length = random.nextInt(maxCodePoints + 1);
        return random.ints(1, Character.MAX_CODE_POINT + 1)
                .map(codePoint -> random.nextBoolean() ? 1 + codePoint % 127 : codePoint)
                .filter(codePoint -> Character.getType(codePoint) != Character.SURROGATE)
                .limit(length)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** How a report shows it: what can be read, and of a long one the start. */
    public static String shown(String text) {
        return shown(text, 20);
    }

    /** The same with so many code points of it. */
    public static String shown(String text, int limit) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(limit).forEach(codePoint -> {
            if (codePoint >= ' ' && codePoint <= '~') {
                shown.appendCodePoint(codePoint);
            } else {
                shown.append(String.format("\\u{%x}", codePoint));
            }
        });
        int length = text.codePointCount(0, text.length());
        return shown.append(length > limit ? "\"... (" + length + " code points)" : "\"")
                .toString();
    }
}
