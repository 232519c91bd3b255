package dev.latchkey.data;

import dev.latchkey.api.DataApi;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;

/**
 * Passes an empty key on as ".", which is invalid as well, so that it is refused as a key. JAX-RS would take {@code /api/data/} for
 * {@code /api/data}.
 */
@PreMatching
@Priority(0)
final class EmptyKeyFilter implements ContainerRequestFilter {
    private static final String ENTRIES =
            DataApi.class.getAnnotation(Path.class).value();

    @Override
    public void filter(ContainerRequestContext request) {
        URI uri = request.getUriInfo().getRequestUri();
        if (uri.getRawPath().equals(ENTRIES + "/")) {
            request.setRequestUri(uri.resolve(uri.getRawPath() + "%2E"));
        }
    }
}
