package dev.latchkey.http;

import dev.latchkey.address.TrustedProxies;

/**
 * How requests reach the server.
 *
 * @param trustedProxies where X-Forwarded-For is believed; nowhere by default
 */
public record HttpSettings(TrustedProxies trustedProxies) {

    public HttpSettings {
        trustedProxies = trustedProxies == null ? TrustedProxies.none() : trustedProxies;
    }

    /** Without a proxy. */
    public static HttpSettings defaults() {
        return new HttpSettings(null);
    }
}
