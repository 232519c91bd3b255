package dev.latchkey.sessions;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/**
 * How long a session with a refresh token lasts.
 *
 * @param idleTimeout the lifetime of a refresh token; each use gives a new one
 * @param maxLifetime the user must log in again after this time, however often the session was refreshed
 */
public record SessionSettings(
        @NotNull @MinDuration(value = 1, unit = TimeUnit.HOURS) @MaxDuration(value = 3650, unit = TimeUnit.DAYS)
        Duration idleTimeout,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.HOURS) @MaxDuration(value = 3650, unit = TimeUnit.DAYS)
        Duration maxLifetime) {

    public SessionSettings {
        idleTimeout = idleTimeout == null ? Duration.days(30) : idleTimeout;
        maxLifetime = maxLifetime == null ? Duration.days(365) : maxLifetime;
    }

    /** 30 days, and a year in all. */
    public static SessionSettings defaults() {
        return new SessionSettings(null, null);
    }
}
