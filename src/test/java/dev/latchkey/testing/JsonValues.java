package dev.latchkey.testing;

import java.util.List;

/** Values of every JSON type, and strings that somebody might read as a value of another. */
public final class JsonValues {
    /** As they are written. */
    public static final List<String> ALL = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "1.5",
            "1.0",
            "1e2",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775808",
            "1e999",
            "\"\"",
            "\" \"",
            "\"   \"",
            "\"\\u0000\"",
            "\"\\u0000 \\u0000\"",
            "\"\\t\\n\"",
            "\"\\r\"",
            "\"\\u001f\"",
            "\"\\u00a0\"",
            "\"\\u3000\"",
            "\"\\ufeff\"",
            "\"30\"",
            "\" 30 \"",
            "\"1.5\"",
            "\"1e2\"",
            "\"true\"",
            "\"True\"",
            "\"false\"",
            "\"null\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"[]\"",
            "[]",
            "[null]",
            "[1]",
            "[true]",
            "[\"x\"]",
            "{}",
            "{\"a\":1}");

    private JsonValues() {}
}
