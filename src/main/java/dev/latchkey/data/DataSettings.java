package dev.latchkey.data;

import io.dropwizard.util.DataSize;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MinDataSize;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/**
 * What users may store.
 *
 * @param maxValueSize the longest value, in bytes of UTF-8
 * @param maxEntriesPerUser the most entries of a user who has no quota of their own
 * @param maxSizePerUser the most bytes of keys and values, in UTF-8, of such a user
 */
public record DataSettings(
        @NotNull @MinDataSize(1) @MaxDataSize(64L << 20) DataSize maxValueSize,
        @NotNull @Min(0) Long maxEntriesPerUser,
        @NotNull @MinDataSize(0) DataSize maxSizePerUser) {

    private static final int MAX_KEY_BYTES = 512;

    public DataSettings {
        maxValueSize = maxValueSize == null ? DataSize.mebibytes(1) : maxValueSize;
        maxEntriesPerUser = maxEntriesPerUser == null ? 1_000_000 : maxEntriesPerUser;
        maxSizePerUser = maxSizePerUser == null ? DataSize.gibibytes(1) : maxSizePerUser;
    }

    /** Values of up to 1 MiB; a million entries and 1 GiB for each user. */
    public static DataSettings defaults() {
        return new DataSettings(null, null, null);
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
