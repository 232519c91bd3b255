package dev.latchkey.limits;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.auth.Caller;
import dev.latchkey.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;

/** Bounds what one user can take of the server; counts every call with an access token, once that was found good. */
@Priority(Priorities.AUTHENTICATION + 1)
public final class CallerLimit implements ContainerRequestFilter {
    private final Buckets ofUser;

    @Context
    private HttpServletResponse response;

    public CallerLimit(LimitSettings settings, MetricRegistry metrics, Ticker time) {
        this.ofUser = new Buckets("user", settings.requestsPerUser(), metrics, time);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (ofUser.areOn() && request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
            Buckets.Take take = ofUser.take(caller.userId());
            response.setHeader(Client.RATE_LIMIT_POLICY, ofUser.policy());
            response.setHeader(Client.RATE_LIMIT, take.standing());
            if (!take.granted()) {
                throw take.refusal(caller.userId());
            }
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
