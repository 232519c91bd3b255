package dev.latchkey.server.tls;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;

/**
 * Whether the port of the API speaks TLS. Certificate and key are both set, or neither.
 *
 * @param certificate a PEM file: the server's certificate, followed by those that lead to its authority; may be null
 * @param key a PEM file: the private key of the certificate, without a passphrase; may be null
 * @param hsts for how long browsers are told to use HTTPS alone (RFC 6797); null for not at all
 */
public record TlsSettings(
        String certificate,
        String key,

        @MinDuration(value = 1, unit = TimeUnit.MINUTES) @MaxDuration(value = 3650, unit = TimeUnit.DAYS)
        Duration hsts) {

    /** No TLS. */
    public static TlsSettings defaults() {
        return new TlsSettings(null, null, null);
    }

    /** Whether both files are named, or none. */
    public boolean isComplete() {
        return (certificate == null) == (key == null);
    }

    /** Whether the port speaks TLS. */
    public boolean isOn() {
        return certificate != null && key != null;
    }
}
