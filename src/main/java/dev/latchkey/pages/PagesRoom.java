package dev.latchkey.pages;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.latchkey.server.http.ServerParts;

/** The pages to which the links in mails lead: to prove an address, and to set a new password. */
public final class PagesRoom {
    private final Supplier<Pages> pages;

    /**
     * The pages of an application.
     *
     * @param appName the name by which users know it
     * @param appUrl where they go afterwards; null or empty if that is not known
     */
    public PagesRoom(String appName, String appUrl) {
        // On the first request, so that they do not delay the start.
        this.pages = Suppliers.memoize(() -> Pages.of(appName, appUrl));
    }

    /** Adds the pages; they may use an eighth of {@code maxThreads}. */
    public void addTo(ServerParts server, int maxThreads) {
        server.resource(new PagesResource(pages))
                .resource(new PagePartsResource(pages))
                .concurrencyLimit(Math.max(1, maxThreads / 8), "/verify", "/reset", "/pages/*");
    }
}
