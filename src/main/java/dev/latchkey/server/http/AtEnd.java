package dev.latchkey.server.http;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/** What is to be done once a request is answered to its last byte, or can't be. */
public final class AtEnd {
    private AtEnd() {}

    /** Has {@code work} done then; it must neither throw nor block. */
    public static void of(HttpServletRequest request, Runnable work) {
        HttpServletRequest own = (HttpServletRequest) request.getAttribute(RequestFilter.SERVLET_REQUEST);
        Request.addCompletionListener(ServletContextRequest.getServletContextRequest(own), failure -> work.run());
    }
}
