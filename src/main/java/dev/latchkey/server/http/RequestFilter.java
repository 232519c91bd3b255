package dev.latchkey.server.http;

import dev.latchkey.server.problem.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The first filter: puts the request id into log and response, and sets the headers that all responses have. */
final class RequestFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient RequestsInFlight requests;

    RequestFilter(RequestsInFlight requests) {
        this.requests = requests;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(ServletExchange.ATTRIBUTE, new ServletExchange(request, response));
        response.setHeader(RequestId.HEADER, RequestId.assign(request));
        response.setHeader("X-Content-Type-Options", "nosniff");
        // Every response is for one user only: a token, private data, or an error about them.
        response.setHeader("Cache-Control", "no-store");
        requests.add(request);
        try (RequestInLog ignored = RequestInLog.begin(request)) {
            chain.doFilter(request, response);
        }
    }
}
