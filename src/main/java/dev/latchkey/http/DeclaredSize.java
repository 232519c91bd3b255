package dev.latchkey.http;

import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Refuses a body that is too large by its own {@code Content-Length} before a byte of it is asked for.
 *
 * <p>JAX-RS looks at the first byte before any reader sees the body, and a client that sent {@code Expect: 100-continue}
 * would be told to go ahead.
 */
final class DeclaredSize implements ContainerRequestFilter {
    private final BodyLimits limits;

    @Context
    private ResourceInfo operation;

    DeclaredSize(BodyLimits limits) {
        this.limits = limits;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > limits.of(operation.getResourceMethod())) {
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        }
    }
}
