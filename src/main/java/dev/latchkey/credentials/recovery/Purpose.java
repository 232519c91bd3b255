package dev.latchkey.credentials.recovery;

import java.time.Duration;
import java.util.Locale;

/** What a mailed code is good for. */
enum Purpose {
    EMAIL_VERIFICATION(Duration.ofHours(24)),
    PASSWORD_RESET(Duration.ofMinutes(15)),
    LOG_IN(Duration.ofMinutes(15));

    private final Duration lifetime;

    Purpose(Duration lifetime) {
        this.lifetime = lifetime;
    }

    /** How long a code is good, from when its mail is sent. */
    Duration lifetime() {
        return lifetime;
    }

    /** The name in the store. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
