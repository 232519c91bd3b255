package dev.latchkey.keys;

import dev.latchkey.api.SigningKeysApi;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * Gives {@code application/json} also to a client that accepts only the media type of key sets (RFC 7517, section 8.5). Two response
 * types would have to be cached separately.
 */
@PreMatching
final class KeySetTypeFilter implements ContainerRequestFilter {
    private static final MediaType KEY_SET = new MediaType("application", "jwk-set+json");
    private static final String PATH =
            SigningKeysApi.class.getAnnotation(Path.class).value();

    @Override
    public void filter(ContainerRequestContext request) {
        List<String> accepted = request.getHeaders().get(HttpHeaders.ACCEPT);
        if (accepted != null
                && request.getUriInfo().getRequestUri().getRawPath().equals(PATH)
                && acceptsKeySet(request)) {
            request.getHeaders().add(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON);
        }
    }

    private static boolean acceptsKeySet(ContainerRequestContext request) {
        try {
            return request.getAcceptableMediaTypes().stream()
                    .anyMatch(type -> type.getType().equalsIgnoreCase(KEY_SET.getType())
                            && type.getSubtype().equalsIgnoreCase(KEY_SET.getSubtype())
                            && Double.parseDouble(type.getParameters().getOrDefault("q", "1")) > 0);
        } catch (ProcessingException malformed) {
            // Invalid Accept headers are refused elsewhere.
            return false;
        }
    }
}
