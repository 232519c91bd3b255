package dev.latchkey.server.http;

/**
 * What the admin port gives to other machines, if it is open to them at all.
 *
 * @param exposeInternals whether that includes the pages that reveal or change something inside; false by default
 */
public record AdminPortSettings(Boolean exposeInternals) {

    public AdminPortSettings {
        exposeInternals = exposeInternals == null ? Boolean.FALSE : exposeInternals;
    }

    /** Health and metrics only. */
    public static AdminPortSettings defaults() {
        return new AdminPortSettings(null);
    }
}
