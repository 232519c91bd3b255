package dev.latchkey.client;

import java.time.Clock;
import java.time.Duration;

/** Options that only tests can have: what time it is, and how to wait. */
public final class PatientOptions {

    /** Waits instead of the client. */
    @FunctionalInterface
    public interface Wait {
        void of(Duration duration) throws InterruptedException;
    }

    private PatientOptions() {}

    public static LatchkeyOptions at(Clock clock) {
        return new LatchkeyOptions().clock(clock);
    }

    public static LatchkeyOptions waiting(Wait wait) {
        return new LatchkeyOptions().sleeper(wait::of);
    }
}
