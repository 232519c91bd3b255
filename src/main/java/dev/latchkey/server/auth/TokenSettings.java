package dev.latchkey.server.auth;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.concurrent.TimeUnit;

/**
 * The issuer and audience of access tokens, and their keys.
 *
 * @param issuer the {@code iss} claim; the address of this server as its clients know it
 * @param audience the {@code aud} claim; the application that the tokens are for
 * @param cacheSize how many verified tokens are cached, so that their signatures need not be verified again
 * @param keyLifetime how long a key signs before a new one replaces it
 */
public record TokenSettings(
        @NotEmpty
        @Pattern(
                regexp = "https?://[^\\s/?#]+(/[^\\s?#]*)?",
                message = "must be an address of http or https without ? and #, such as https://id.example.com")
        String issuer,

        @NotEmpty String audience,
        @Min(1) @Max(10_000_000) int cacheSize,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.HOURS) @MaxDuration(value = 3650, unit = TimeUnit.DAYS)
        Duration keyLifetime) {

    private static final int DEFAULT_CACHE_SIZE = 10_000;

    public TokenSettings {
        issuer = issuer == null ? "http://localhost:3000" : issuer;
        audience = audience == null ? "latchkey" : audience;
        cacheSize = cacheSize == 0 ? DEFAULT_CACHE_SIZE : cacheSize;
        keyLifetime = keyLifetime == null ? Duration.days(30) : keyLifetime;
    }

    /** For a server on localhost. */
    public static TokenSettings defaults() {
        return new TokenSettings(null, null, 0, null);
    }
}
