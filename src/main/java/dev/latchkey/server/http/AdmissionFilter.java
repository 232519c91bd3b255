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
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests that would be refused in any case, before anything is done for them. The response is delayed: a client that retries
 * without a pause would take the server's time from everybody else. No thread waits meanwhile.
 */
final class AdmissionFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionFilter.class);
    private static final Duration DELAY = Duration.ofMillis(500);
    private static final int MAX_DELAYED = 1_000;

    private final transient AdmissionRules admission;
    private final transient ScheduledExecutorService timer;
    private final transient ErrorBodies bodies;
    private final transient Meter turnedAway;
    private final transient Semaphore delayed = new Semaphore(MAX_DELAYED);

    AdmissionFilter(AdmissionRules admission, ScheduledExecutorService timer, ErrorBodies bodies, Meter turnedAway) {
        this.admission = admission;
        this.timer = timer;
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
        if (delayed.tryAcquire()) {
            AsyncContext waiting = request.startAsync();
            waiting.setTimeout(0);
            // Failures are logged, or sent as a response.
            Future<?> unused = timer.schedule(
                    () -> answer(refusal, waiting, request, response), DELAY.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            write(refusal, request, response);
        }
    }

    private void answer(
            Problem refusal, AsyncContext waiting, HttpServletRequest request, HttpServletResponse response) {
        delayed.release();
        try {
            write(refusal, request, response);
        } catch (IOException e) {
            LOG.debug("The client disconnected", e);
        } finally {
            waiting.complete();
        }
    }

    private void write(Problem refusal, HttpServletRequest request, HttpServletResponse response) throws IOException {
        bodies.write(refusal, request, response);
    }
}
