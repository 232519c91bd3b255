package dev.latchkey.server.limits;

import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.http.AtEnd;
import dev.latchkey.server.names.LanguageTag;
import dev.latchkey.server.problem.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.ContextResolver;
import java.util.List;
import java.util.Optional;

/** Gives resources the client of the current request, which JAX-RS cannot inject into resources made with {@code new}. */
public final class CurrentClient implements ContextResolver<Client> {
    @Context
    private HttpServletRequest request;

    @Context
    private HttpServletResponse response;

    @Context
    private HttpHeaders headers;

    @Context
    private SecurityContext security;

    /** The client of the current request. */
    public Client get() {
        return Client.of(request, response);
    }

    /** The user of the access token that came along; for operations that work without one, too. */
    public Optional<Caller> caller() {
        return security.getUserPrincipal() instanceof Caller caller ? Optional.of(caller) : Optional.empty();
    }

    /** The current request. */
    public HttpServletRequest request() {
        return request;
    }

    /** The media types that the client accepts, the best first. */
    public List<MediaType> accepted() {
        return headers.getAcceptableMediaTypes();
    }

    /** The request of a user holds no thread from now on until it is answered. */
    public void holdNoThread() {
        CallerLimit.release(request);
    }

    /** Runs {@code work} after the response is sent. */
    public void atEnd(Runnable work) {
        AtEnd.of(request, work);
    }

    /** What the response has as {@code X-Request-Id}. */
    public String requestId() {
        return RequestId.assign(request);
    }

    /** The client's exact address. */
    public String address() {
        return request.getRemoteAddr();
    }

    /** The client's {@code User-Agent}, or null. */
    public String userAgent() {
        return request.getHeader(HttpHeaders.USER_AGENT);
    }

    /** The language that the client likes best, a tag of BCP 47, or null. */
    public String language() {
        return LanguageTag.preferred(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE))
                .orElse(null);
    }

    @Override
    public Client getContext(Class<?> type) {
        return get();
    }
}
