package dev.latchkey.server.http;

import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.validation.MinDataSize;

/**
 * Proxies in front of the server, and memory for data in transfer.
 *
 * @param trustedProxies the proxies whose X-Forwarded-For is trusted; none by default
 * @param transferMemory max memory for the request bodies and responses in flight, all together; a quarter of the heap by
 *     default
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

    /** No proxy. */
    public static HttpSettings defaults() {
        return new HttpSettings(null, null);
    }
}
