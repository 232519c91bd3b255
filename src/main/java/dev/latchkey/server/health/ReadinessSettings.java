package dev.latchkey.server.health;

import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.validation.MaxDataSize;

/**
 * When the server counts as ready.
 *
 * @param minDiskSpace what must be left on the disk of a SQLite store; 64 MiB by default
 */
public record ReadinessSettings(
        @MaxDataSize(value = 1, unit = DataSizeUnit.PEBIBYTES)
        DataSize minDiskSpace) {

    public ReadinessSettings {
        minDiskSpace = minDiskSpace == null ? DataSize.mebibytes(64) : minDiskSpace;
    }

    /** Enough space for the write-ahead log. */
    public static ReadinessSettings defaults() {
        return new ReadinessSettings(null);
    }
}
