package dev.latchkey.sessions;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Where the request comes from that is being worked on.
 *
 * <p>A feature, for the sake of the request being injected: Dropwizard binds resources in a way in which they get none.
 */
public final class CurrentOrigin implements Feature {
    @Context
    private HttpServletRequest request;

    @Override
    public boolean configure(FeatureContext context) {
        return true;
    }

    /** The origin of this thread's request. */
    public Origin get() {
        return new Origin(request.getRemoteAddr(), request.getHeader(HttpHeaders.USER_AGENT));
    }
}
