package dev.latchkey.server.http;

import dev.latchkey.server.problem.ErrorBodies;
import dev.latchkey.server.problem.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Limits how many requests are served at once, and refuses others with 503. For large documents without authorization: each holds
 * memory until the client has read it.
 */
final class ConcurrencyLimitFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient Semaphore permits;
    private final transient ErrorBodies bodies;

    ConcurrencyLimitFilter(int maxRequests, ErrorBodies bodies) {
        this.permits = new Semaphore(maxRequests);
        this.bodies = bodies;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!permits.tryAcquire()) {
            bodies.write(Problem.unavailable(null), request, response);
            return;
        }
        AtEnd.of(request, permits::release);
        chain.doFilter(request, response);
    }
}
