package dev.latchkey.server.http;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/** Work that is done after the last byte of the response was sent, or the request failed. */
public final class AtEnd {
    private AtEnd() {}

    /** Registers {@code work}, which must neither throw nor block. */
    public static void of(HttpServletRequest request, Runnable work) {
        HttpServletRequest own = ServletExchange.of(request).request();
        Request.addCompletionListener(ServletContextRequest.getServletContextRequest(own), failure -> work.run());
    }
}
