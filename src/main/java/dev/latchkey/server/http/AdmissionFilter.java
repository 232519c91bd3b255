package dev.latchkey.server.http;

import com.codahale.metrics.Meter;
import dev.latchkey.server.problem.ErrorBodies;
import dev.latchkey.server.problem.Problem;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses requests that would be refused in any case, before anything is done for them, and late. */
final class AdmissionFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionFilter.class);

    private final transient AdmissionRules admission;
    private final transient LateRefusals refusals;
    private final transient ErrorBodies bodies;
    private final transient Meter turnedAway;

    AdmissionFilter(AdmissionRules admission, LateRefusals refusals, ErrorBodies bodies, Meter turnedAway) {
        this.admission = admission;
        this.refusals = refusals;
        this.bodies = bodies;
        this.turnedAway = turnedAway;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Problem refusal = admission.refusal(request, response).orElse(null);
        if (refusal == null) {
            chain.doFilter(request, response);
            return;
        }
        turnedAway.mark();
        AsyncContext waiting = request.startAsync();
        waiting.setTimeout(0);
        if (!refusals.later(() -> answer(refusal, waiting, request, response))) {
            answer(refusal, waiting, request, response);
        }
    }

    private void answer(
            Problem refusal, AsyncContext waiting, HttpServletRequest request, HttpServletResponse response) {
        try {
            bodies.write(refusal, request, response);
        } catch (IOException e) {
            LOG.debug("The client disconnected", e);
        } finally {
            waiting.complete();
        }
    }
}
