package dev.latchkey.docs;

/**
 * What the server tells of its own API.
 *
 * @param enabled whether there is the reference page, and the contract beside it; there is by default
 */
public record DocsSettings(Boolean enabled) {

    public DocsSettings {
        enabled = enabled == null ? Boolean.TRUE : enabled;
    }

    /** On. */
    public static DocsSettings defaults() {
        return new DocsSettings(null);
    }
}
