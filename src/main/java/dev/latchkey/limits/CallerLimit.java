package dev.latchkey.limits;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.auth.Caller;
import dev.latchkey.http.AtEnd;
import dev.latchkey.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Bounds what one user can take of the server; counts every call with an access token, once that was found good.
 *
 * <p>It also bounds how many of them are worked on at once: who reads answers slowly keeps a thread each.
 */
@Priority(Priorities.AUTHENTICATION + 1)
public final class CallerLimit implements ContainerRequestFilter {
    private final Buckets ofUser;
    private final int mostInFlight;
    private final ConcurrentMap<String, Integer> inFlight = new ConcurrentHashMap<>();

    @Context
    private HttpServletRequest servletRequest;

    @Context
    private HttpServletResponse response;

    /** {@code mostInFlight} is how many calls of one user may be worked on at once. */
    public CallerLimit(LimitSettings settings, int mostInFlight, MetricRegistry metrics, Ticker time) {
        this.mostInFlight = mostInFlight;
        this.ofUser = new Buckets("user", settings.requestsPerUser(), metrics, time);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
            begin(caller.userId());
        }
        if (ofUser.areOn() && request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
            Buckets.Take take = ofUser.take(caller.userId());
            response.setHeader(Client.RATE_LIMIT_POLICY, ofUser.policy());
            response.setHeader(Client.RATE_LIMIT, take.standing());
            if (!take.granted()) {
                throw take.refusal(caller.userId());
            }
        }
    }

    private void begin(String userId) {
        int now = inFlight.merge(userId, 1, Integer::sum);
        AtEnd.of(servletRequest, () -> inFlight.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1));
        if (now > mostInFlight) {
            throw Problem.tooManyRequests(1);
        }
    }

    /**
     * Counts a call of the user that comes without an access token.
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
