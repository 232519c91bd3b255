package dev.latchkey.server.http;

/**
 * Which calls from browsers are let through (CORS).
 *
 * @param origins whose pages may make them; nobody's by default
 * @param headers which headers those may send, beside those that the API has a use for and those of tracing
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
