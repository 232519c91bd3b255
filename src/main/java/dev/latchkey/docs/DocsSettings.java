package dev.latchkey.docs;

/**
 * The documentation that the server gives of its API.
 *
 * @param enabled whether the reference page and the contract are served; true by default
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
