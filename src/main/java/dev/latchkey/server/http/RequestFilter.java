package dev.latchkey.server.http;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;

/** Comes before everything else: names the request in log and response, and sets the headers that every response has. */
final class RequestFilter extends HttpFilter {
    /** Under this name the servlet container's own request is a property of the JAX-RS one, which else gives a proxy of it. */
    static final String SERVLET_REQUEST = RequestFilter.class.getName();

    private static final long serialVersionUID = 1;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(SERVLET_REQUEST, request);
        String id = RequestId.assign(request);
        response.setHeader(RequestId.HEADER, id);
        response.setHeader("X-Content-Type-Options", "nosniff");
        // Every answer is one user's: a token, private data, or an error about them.
        response.setHeader("Cache-Control", "no-store");
        MDC.put(AuditLog.REQUEST_ID, id);
        MDC.put(AuditLog.CLIENT, request.getRemoteAddr());
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(AuditLog.REQUEST_ID);
            MDC.remove(AuditLog.CLIENT);
        }
    }
}
