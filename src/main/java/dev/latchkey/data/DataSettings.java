package dev.latchkey.data;

import io.dropwizard.util.DataSize;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MinDataSize;
import jakarta.validation.constraints.NotNull;

/**
 * What users may store.
 *
 * @param maxValueSize the longest value, in bytes of UTF-8
 */
public record DataSettings(
        @NotNull @MinDataSize(1) @MaxDataSize(64L << 20) DataSize maxValueSize) {

    private static final int MAX_KEY_BYTES = 512;

    public DataSettings {
        maxValueSize = maxValueSize == null ? DataSize.mebibytes(1) : maxValueSize;
    }

    /** Values of up to 1 MiB. */
    public static DataSettings defaults() {
        return new DataSettings(null);
    }

    /** The max size of a body with a value and its key: JSON may escape every byte as six, {@code \\u0041}. */
    public long maxBodySize() {
        return 6 * (maxValueSize.toBytes() + MAX_KEY_BYTES) + 1024;
    }
}
