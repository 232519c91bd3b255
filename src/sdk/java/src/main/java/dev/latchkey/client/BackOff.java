package dev.latchkey.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before a connection is tried again: longer after each failure, and not as long as other clients. */
final class BackOff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 6;

    private int failures;

    /** {@code asked} is what the server wants at least. */
    Duration next(Duration asked) {
        Duration own = FIRST.multipliedBy(1L << Math.min(failures++, DOUBLINGS));
        Duration most = own.compareTo(LONGEST) < 0 ? own : LONGEST;
        Duration random = between(most.dividedBy(2), most);
        // All clients of a server that stops are asked for the same.
        Duration polite = between(asked, asked.plus(asked.dividedBy(4)));
        return polite.compareTo(random) > 0 ? polite : random;
    }

    void reset() {
        failures = 0;
    }

    private static Duration between(Duration least, Duration most) {
        return least.plusMillis(
                ThreadLocalRandom.current().nextLong(most.minus(least).toMillis() + 1));
    }
}
