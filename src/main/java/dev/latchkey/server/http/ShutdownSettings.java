package dev.latchkey.server.http;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import java.util.concurrent.TimeUnit;

/**
 * How the server stops. How long it waits for requests in flight is Dropwizard's {@code server.shutdownGracePeriod}.
 *
 * @param drainWait how long it goes on accepting after it has said that it is not ready; not at all by default
 */
public record ShutdownSettings(
        @MaxDuration(value = 1, unit = TimeUnit.HOURS) Duration drainWait) {

    public ShutdownSettings {
        drainWait = drainWait == null ? Duration.seconds(0) : drainWait;
    }

    /** No wait. */
    public static ShutdownSettings defaults() {
        return new ShutdownSettings(null);
    }
}
