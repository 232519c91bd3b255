package dev.latchkey.client;

import java.time.Clock;
import java.time.Duration;

/** Options that only tests can have: what time it is, how to wait, and when a connection is dead. */
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

    public static LatchkeyOptions silence(LatchkeyOptions options, Duration silence) {
        return options.silence(silence);
    }

    public static LatchkeyOptions clock(LatchkeyOptions options, Clock clock) {
        return options.clock(clock);
    }
}
