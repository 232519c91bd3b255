package dev.latchkey.server.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.http.AtEnd;
import dev.latchkey.server.http.ServletExchange;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.server.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits how much of the server one user can take. Counts every call with a valid access token.
 *
 * <p>It also limits concurrent calls: a client that reads streamed responses slowly holds a thread for each.
 */
@Priority(Priorities.AUTHENTICATION + 1)
public final class CallerLimit implements ContainerRequestFilter {
    private static final String END = CallerLimit.class.getName();

    private final Buckets ofUser;
    private final int maxInFlight;
    private final ConcurrentMap<String, Integer> inFlight = new ConcurrentHashMap<>();

    /** One user may use half of {@code maxThreads}. */
    public CallerLimit(LimitSettings settings, int maxThreads, Metrics metrics) {
        this.maxInFlight = Math.max(1, maxThreads / 2);
        this.ofUser = new Buckets("user", settings.requestsPerUser(), metrics.dropwizard(), Ticker.systemTicker());
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
            ServletExchange exchange = ServletExchange.of(request);
            begin(caller.userId(), exchange.request());
            count(caller.userId(), Client.of(exchange.request(), exchange.response()));
        }
    }

    private void begin(String userId, HttpServletRequest request) {
        int now = inFlight.merge(userId, 1, Integer::sum);
        AtomicBoolean isOver = new AtomicBoolean();
        Runnable end = () -> {
            if (!isOver.getAndSet(true)) {
                inFlight.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
            }
        };
        AtEnd.of(request, end);
        request.setAttribute(END, end);
        if (now > maxInFlight) {
            throw Problem.tooManyRequests(1);
        }
    }

    /** From now on the request holds no thread, although it is not answered, and does not count as a concurrent call. */
    static void release(HttpServletRequest request) {
        ((Runnable) request.getAttribute(END)).run();
    }

    /**
     * Counts a call of the user, which may be one without an access token.
     *
     * @throws Problem TOO_MANY_REQUESTS
     */
    public void count(String userId, Client client) {
        Buckets.Take take = ofUser.take(userId);
        client.show(take);
        if (!take.granted()) {
            throw take.refusal(userId);
        }
    }
}
