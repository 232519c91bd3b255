package dev.latchkey.server.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * Sets the plain type {@code application/json} or {@code application/x-ndjson}: JAX-RS copies parameters from {@code Accept}, such as a charset that the body does not
 * have.
 */
final class PlainJsonTypeFilter implements ContainerResponseFilter {
    private static final List<MediaType> PLAIN =
            List.of(MediaType.APPLICATION_JSON_TYPE, new MediaType("application", "x-ndjson"));

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MediaType type = response.getMediaType();
        if (type != null && !type.getParameters().isEmpty()) {
            PLAIN.stream().filter(type::isCompatible).forEach(plain -> response.getHeaders()
                    .putSingle(HttpHeaders.CONTENT_TYPE, plain));
        }
    }
}
