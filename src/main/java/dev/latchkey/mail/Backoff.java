package dev.latchkey.mail;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Times that double from one failure to the next, with jitter, so that what failed together is not tried together.
 *
 * @param random from 0 to 1
 */
record Backoff(Duration first, Duration longest, DoubleSupplier random) {

    /** The time after so many failures: from half of the doubled time to all of it. */
    Duration after(int failures) {
        long most = longest.toMillis();
        int doublings = Math.min(Math.max(failures - 1, 0), 30);
        long full = Math.min(most, first.toMillis() << doublings);
        return Duration.ofMillis(full / 2 + (long) (random.getAsDouble() * full / 2));
    }
}
