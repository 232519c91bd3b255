package dev.latchkey.server.database;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;

/**
 * The backups that the server makes by itself.
 *
 * @param every the time between two; null for none
 * @param keep how many to keep; the oldest ones beyond that are deleted
 */
public record BackupSettings(
        @MinDuration(value = 1, unit = TimeUnit.MINUTES) @MaxDuration(value = 366, unit = TimeUnit.DAYS)
        Duration every,

        @Min(1) @Max(10_000) Integer keep) {

    private static final int DEFAULT_KEEP = 7;

    public BackupSettings {
        keep = keep == null ? DEFAULT_KEEP : keep;
    }

    /** None. */
    public static BackupSettings defaults() {
        return new BackupSettings(null, null);
    }
}
