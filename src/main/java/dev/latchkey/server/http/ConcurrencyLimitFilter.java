package dev.latchkey.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.server.problem.ProblemResponse;
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
    private final transient ObjectMapper mapper;

    ConcurrencyLimitFilter(int atOnce, ObjectMapper mapper) {
        this.places = new Semaphore(atOnce);
        this.mapper = mapper;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!places.tryAcquire()) {
            ProblemResponse.write(Problem.unavailable(null), request, response, mapper);
            return;
        }
        AtEnd.of(request, places::release);
        chain.doFilter(request, response);
    }
}
