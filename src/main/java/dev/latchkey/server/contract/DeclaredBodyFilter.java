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
 * Refuses a body by its headers before a byte of it is asked for: one that is encoded, which JAX-RS would take for JSON, or is
 * too large by its own {@code Content-Length}. An operation that takes no body has nothing to refuse.
 *
 * <p>JAX-RS looks at the first byte before any reader sees the body, and a client that sent {@code Expect: 100-continue}
 * would be told to go ahead.
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
        // Looked up once: to ask a method for its annotations copies them all.
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

    /** Of the {@code Content-Encoding} headers, or null: whether the body is what it seems to be. */
    public static boolean isPlain(List<String> contentEncoding) {
        return contentEncoding == null || contentEncoding.stream().allMatch("identity"::equalsIgnoreCase);
    }
}
