package dev.latchkey.server.limits;

import dev.latchkey.server.http.AtEnd;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.ContextResolver;

/** The client of the request that this thread works on. A provider, since a resource that is made by hand is given no request. */
public final class CurrentClient implements ContextResolver<Client> {
    @Context
    private HttpServletRequest request;

    @Context
    private HttpServletResponse response;

    /** The one of the request. */
    public Client get() {
        return Client.of(request, response);
    }

    /** Has {@code work} done once the request is answered. */
    public void atEnd(Runnable work) {
        AtEnd.of(request, work);
    }

    /** The client's address, exactly. */
    public String address() {
        return request.getRemoteAddr();
    }

    /** What the client calls itself, or null. */
    public String userAgent() {
        return request.getHeader(HttpHeaders.USER_AGENT);
    }

    @Override
    public Client getContext(Class<?> type) {
        return get();
    }
}
