package dev.latchkey.server.http;

import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.validation.MinDataSize;

/**
 * How requests reach the server.
 *
 * @param trustedProxies where X-Forwarded-For is believed; nowhere by default
 * @param transferMemory how much of bodies that are still coming and answers that are still going is in memory; a quarter of
 *     the heap by default
 */
public record HttpSettings(
        TrustedProxies trustedProxies,

        @MinDataSize(value = 1, unit = DataSizeUnit.MEBIBYTES)
        DataSize transferMemory) {

    public HttpSettings {
        trustedProxies = trustedProxies == null ? TrustedProxies.none() : trustedProxies;
        transferMemory =
                transferMemory == null ? DataSize.bytes(Runtime.getRuntime().maxMemory() / 4) : transferMemory;
    }

    /** Without a proxy. */
    public static HttpSettings defaults() {
        return new HttpSettings(null, null);
    }
}
