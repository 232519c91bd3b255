package dev.latchkey.server.contract;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The value of {@code Idempotency-Key}: a string of structured fields (RFC 9651, section 3.3.3), or the same characters without
 * quotes, as many clients send them.
 *
 * @param value the key without quotes
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The draft of the standard</a>
 */
public record IdempotencyKey(String value) {
    static final String FORM = "must be 1 to 255 visible characters, bare or in quotes";

    private static final Pattern BARE = Pattern.compile("[!#-~][!-~]{0,254}");
    private static final Pattern QUOTED = Pattern.compile("\"(?:[!#-\\[\\]-~]|\\\\[\"\\\\]){1,255}\"");

    /** Empty if the text is not well-formed. */
    public static Optional<IdempotencyKey> parse(String text) {
        if (QUOTED.matcher(text).matches()) {
            return Optional.of(
                    new IdempotencyKey(text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1")));
        }
        return BARE.matcher(text).matches() ? Optional.of(new IdempotencyKey(text)) : Optional.empty();
    }
}
