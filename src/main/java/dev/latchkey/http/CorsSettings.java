package dev.latchkey.http;

/**
 * Which calls from browsers are let through (CORS).
 *
 * @param origins whose pages may make them; nobody's by default
 */
public record CorsSettings(AllowedOrigins origins) {

    public CorsSettings {
        origins = origins == null ? AllowedOrigins.none() : origins;
    }

    /** Off. */
    public static CorsSettings defaults() {
        return new CorsSettings(null);
    }

    boolean isOn() {
        return !origins.values().isEmpty();
    }
}
