package dev.latchkey.server.limits;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rate limit: {@code 60/10m} is a burst of 60, which is refilled evenly over ten minutes.
 *
 * @param count 0 if there is no limit
 */
public record Limit(long count, Duration period) {
    /** No limit. */
    public static final Limit OFF = new Limit(0, Duration.ZERO);

    private static final long MAX_COUNT = 1_000_000_000;
    private static final Duration MIN_PERIOD = Duration.ofSeconds(1);
    private static final Duration MAX_PERIOD = Duration.ofDays(1);
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,9})/([1-9][0-9]{0,5})([smhd])");

    /** A count, a slash and a number of {@code s}, {@code m}, {@code h} or {@code d}; or {@code off}. */
    @JsonCreator
    public static Limit parse(String text) {
        if (text.equals("off")) {
            return OFF;
        }
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            Duration period =
                    Duration.parse((matcher.group(3).equals("d") ? "P" : "PT") + matcher.group(2) + matcher.group(3));
            if (count <= MAX_COUNT && period.compareTo(MIN_PERIOD) >= 0 && period.compareTo(MAX_PERIOD) <= 0) {
                return new Limit(count, period);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is neither off nor a limit such as 60/10m,"
                + " with a count of up to 1000000000 and a period from 1s to 1d");
    }

    /** YAML parses a bare {@code off} as a boolean. */
    @JsonCreator
    static Limit parse(boolean on) {
        return on ? parse("on") : OFF;
    }

    /** The limit multiplied, up to one a nanosecond, which is the resolution of buckets; {@link #OFF} stays off. */
    public Limit times(int factor) {
        return new Limit(Math.min(count * factor, period.toNanos()), period);
    }

    boolean isOn() {
        return count > 0;
    }
}
