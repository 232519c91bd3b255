package dev.latchkey.auth;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;

/**
 * What access tokens say about whom they are from and for.
 *
 * @param issuer the {@code iss} claim; the address of this server as its clients know it
 * @param audience the {@code aud} claim; the application that the tokens are for
 * @param cacheSize how many verified tokens are remembered, so that their signatures need not be checked again
 */
public record TokenSettings(
        @NotEmpty String issuer,
        @NotEmpty String audience,
        @Min(1) @Max(10_000_000) int cacheSize) {

    private static final int DEFAULT_CACHE_SIZE = 10_000;

    public TokenSettings {
        issuer = issuer == null ? "http://localhost:3000" : issuer;
        audience = audience == null ? "latchkey" : audience;
        cacheSize = cacheSize == 0 ? DEFAULT_CACHE_SIZE : cacheSize;
    }

    /** For a server on localhost. */
    public static TokenSettings defaults() {
        return new TokenSettings(null, null, 0);
    }
}
