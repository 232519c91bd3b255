package dev.latchkey.docs;

import dev.latchkey.server.http.ServerParts;

/** The reference page and the contract. */
public final class DocsRoom {
    private final DocsSettings settings;

    public DocsRoom(DocsSettings settings) {
        this.settings = settings;
    }

    /** Adds the pages, if they are wanted; of {@code maxThreads} an eighth answers them at once. */
    public void addTo(ServerParts server, int maxThreads) {
        if (settings.enabled()) {
            server.resource(new DocsResource())
                    .directory("/docs/")
                    .limit(Math.max(1, maxThreads / 8), DocsResource.paths());
        }
    }
}
