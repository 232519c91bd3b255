package dev.latchkey.server.contract;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.jersey.server.ExtendedUriInfo;

/**
 * Refuses a body by its headers, before it is read: one with a {@code Content-Encoding}, which JAX-RS would parse as JSON, or with
 * too large a {@code Content-Length}. Operations that take no body ignore it.
 *
 * <p>A reader would be too late: JAX-RS reads the first byte before, which tells a client that sent {@code Expect: 100-continue} to
 * continue.
 */
public final class DeclaredBodyFilter implements ContainerRequestFilter {
    private static final long NO_BODY = -1;

    private final BodyLimits limits;
    private final Map<Method, Long> maxBytesByOperation = new ConcurrentHashMap<>();

    DeclaredBodyFilter(BodyLimits limits) {
        this.limits = limits;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Method operation = ((ExtendedUriInfo) request.getUriInfo())
                .getMatchedResourceMethod()
                .getInvocable()
                .getDefinitionMethod();
        // Cached, because reading a method's annotations copies all of them.
        long maxBytes = maxBytesByOperation.computeIfAbsent(
                operation, method -> Operations.takesBody(method) ? limits.of(method) : NO_BODY);
        if (maxBytes == NO_BODY) {
            return;
        }
        if (!isPlain(request.getHeaders().get(HttpHeaders.CONTENT_ENCODING))) {
            throw new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
        }
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > maxBytes) {
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        }
    }

    /** Whether the {@code Content-Encoding} headers, or null, say that the body is not encoded. */
    public static boolean isPlain(List<String> contentEncoding) {
        return contentEncoding == null || contentEncoding.stream().allMatch("identity"::equalsIgnoreCase);
    }
}
