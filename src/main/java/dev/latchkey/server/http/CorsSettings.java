package dev.latchkey.server.http;

/**
 * The settings of CORS.
 *
 * @param origins the allowed origins; none by default
 * @param headers allowed request headers in addition to those of the API and of tracing
 */
public record CorsSettings(AllowedOrigins origins, AllowedHeaders headers) {

    public CorsSettings {
        origins = origins == null ? AllowedOrigins.none() : origins;
        headers = headers == null ? AllowedHeaders.none() : headers;
    }

    /** Off. */
    public static CorsSettings defaults() {
        return new CorsSettings(null, null);
    }

    boolean isOn() {
        return !origins.values().isEmpty();
    }
}
