package dev.latchkey.server.http;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import org.glassfish.jersey.server.ExtendedUriInfo;

/** Gives 406 to a client that accepts anything but JSON by {@code q=0} (RFC 9110, section 12.4.2), which JAX-RS ignores. */
@Priority(Priorities.AUTHENTICATION - 1)
final class RefusedJsonFilter implements ContainerRequestFilter {
    private static final Comparator<MediaType> BY_PRECISION =
            Comparator.comparing(MediaType::isWildcardType).thenComparing(MediaType::isWildcardSubtype);

    @Override
    public void filter(ContainerRequestContext request) {
        if (!hasParameters(request.getHeaderString(HttpHeaders.ACCEPT)) || !givesJson(request)) {
            return;
        }
        boolean isRefused = request.getAcceptableMediaTypes().stream()
                .filter(MediaType.APPLICATION_JSON_TYPE::isCompatible)
                .min(BY_PRECISION)
                .map(range -> range.getParameters().get("q"))
                .filter(quality -> Double.parseDouble(quality) == 0)
                .isPresent();
        if (isRefused) {
            throw new Problem(ErrorCode.NOT_ACCEPTABLE);
        }
    }

    /** Without one there is no {@code q}, and it is this that nearly all requests are. */
    private static boolean hasParameters(String accept) {
        return accept != null && accept.indexOf(';') >= 0;
    }

    /** False for the pages, which declare no media type. */
    private static boolean givesJson(ContainerRequestContext request) {
        return ((ExtendedUriInfo) request.getUriInfo())
                .getMatchedResourceMethod()
                .getProducedTypes()
                .contains(MediaType.APPLICATION_JSON_TYPE);
    }
}
