package dev.latchkey.server.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Responds to OPTIONS with {@code Allow} alone (RFC 9110, section 9.3.7). JAX-RS would add a body, and refuse clients that do not
 * accept its type.
 */
@PreMatching
final class OptionsFilter implements ContainerRequestFilter, ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getMethod().equals(HttpMethod.OPTIONS)) {
            request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.WILDCARD);
            request.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (!request.getMethod().equals(HttpMethod.OPTIONS)) {
            return;
        }
        boolean isAboutNothing = response.getStatus() == 404 && isPreflight(request);
        if (isAboutNothing) {
            response.getHeaders().putSingle(HttpHeaders.ALLOW, HttpMethod.OPTIONS);
        }
        if (response.getStatus() == 200 || isAboutNothing) {
            response.setEntity(null);
            response.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
            response.setStatusInfo(Response.Status.NO_CONTENT);
        }
    }

    /** A preflight is about what a page may do. Only if it succeeds, the page learns from its request that nothing is there. */
    private static boolean isPreflight(ContainerRequestContext request) {
        return request.getHeaders().containsKey("Access-Control-Request-Method");
    }
}
