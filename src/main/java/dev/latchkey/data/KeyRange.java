package dev.latchkey.data;

/**
 * Keys that follow one another in the order of their bytes of UTF-8, which is the order of their code points.
 *
 * @param from the first, itself included
 * @param to the end, itself excluded
 */
public record KeyRange(String from, String to) {
    /** Greater than every key: the longest key is 128 times the greatest code point. */
    private static final String END =
            Character.toString(Character.MAX_CODE_POINT).repeat(129);

    /** All keys. */
    public static final KeyRange ALL = withPrefix("");

    /** The keys that begin with {@code prefix}. */
    public static KeyRange withPrefix(String prefix) {
        return new KeyRange(prefix, successor(prefix));
    }

    /** Those of the range that come after {@code key}. */
    public KeyRange after(String key) {
        return new KeyRange(next(key), to);
    }

    /** Those of the range up to {@code key}, itself included. */
    KeyRange upTo(String key) {
        return new KeyRange(from, next(key));
    }

    /** No key has control characters, so none is between these two. */
    private static String next(String key) {
        return key + '\u0001';
    }

    /** The least text that is greater than every text with this prefix. */
    private static String successor(String prefix) {
        if (prefix.isEmpty()) {
            return END;
        }
        int last = prefix.codePointBefore(prefix.length());
        String before = prefix.substring(0, prefix.length() - Character.charCount(last));
        if (last == Character.MAX_CODE_POINT) {
            return successor(before);
        }
        // Surrogates are no characters of UTF-8.
        return before
                + Character.toString(last == Character.MIN_SURROGATE - 1 ? Character.MAX_SURROGATE + 1 : last + 1);
    }
}
