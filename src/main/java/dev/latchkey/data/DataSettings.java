package dev.latchkey.data;

import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/**
 * What users may store.
 *
 * @param maxValueSize the longest value, in bytes of UTF-8
 * @param maxEntriesPerUser the most entries of a user who has no quota of their own
 * @param maxSizePerUser the most bytes of keys and values, in UTF-8, of such a user
 * @param tombstoneLifetime how long it is known that a key was deleted or has expired
 */
public record DataSettings(
        @NotNull @MinDataSize(1) @MaxDataSize(64L << 20) DataSize maxValueSize,
        @NotNull @Min(0) Long maxEntriesPerUser,
        @NotNull @MinDataSize(0) DataSize maxSizePerUser,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MINUTES) @MaxDuration(value = 3650, unit = TimeUnit.DAYS)
        Duration tombstoneLifetime) {

    private static final int MAX_KEY_BYTES = 512;

    public DataSettings {
        maxValueSize = maxValueSize == null ? DataSize.mebibytes(1) : maxValueSize;
        maxEntriesPerUser = maxEntriesPerUser == null ? 1_000_000 : maxEntriesPerUser;
        maxSizePerUser = maxSizePerUser == null ? DataSize.gibibytes(1) : maxSizePerUser;
        tombstoneLifetime = tombstoneLifetime == null ? Duration.days(30) : tombstoneLifetime;
    }

    /** Values of up to 1 MiB; a million entries and 1 GiB for each user. */
    public static DataSettings defaults() {
        return new DataSettings(null, null, null, null);
    }

    /** Of users who have none of their own. */
    Quota quota() {
        return new Quota(maxEntriesPerUser, maxSizePerUser.toBytes());
    }

    /** The max size of a body with a value and its key: JSON may escape every byte as six, {@code \\u0041}. */
    public long maxBodySize() {
        return 6 * (maxValueSize.toBytes() + MAX_KEY_BYTES) + 1024;
    }
}
