package dev.latchkey.docs;

import dev.latchkey.server.http.ServerParts;

/** The reference page and the contract. */
public final class DocsRoom {
    private final DocsSettings settings;

    public DocsRoom(DocsSettings settings) {
        this.settings = settings;
    }

    /** Adds the pages, if they are enabled; they may use an eighth of {@code maxThreads}. */
    public void addTo(ServerParts server, int maxThreads) {
        if (settings.enabled()) {
            server.resource(new DocsResource())
                    .directory("/docs/")
                    .concurrencyLimit(Math.max(1, maxThreads / 8), DocsResource.paths());
        }
    }
}
