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
 * Answers few requests at once, and the others with 503: what anybody can have, and is too long for the buffers on the way,
 * takes memory as long as it is read.
 */
final class ConcurrencyLimitFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient Semaphore places;
    private final transient ErrorBodies bodies;

    ConcurrencyLimitFilter(int atOnce, ErrorBodies bodies) {
        this.places = new Semaphore(atOnce);
        this.bodies = bodies;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!places.tryAcquire()) {
            bodies.write(Problem.unavailable(null), request, response);
            return;
        }
        AtEnd.of(request, places::release);
        chain.doFilter(request, response);
    }
}
