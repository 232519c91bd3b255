package dev.latchkey.data;

import dev.latchkey.api.DataApi;
import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a key of what follows {@code /api/data/}, where JAX-RS would not.
 *
 * <p>It would take {@code /api/data/} for {@code /api/data}; an empty key is passed on as ".", which is invalid as well. And it would take
 * {@code /api/data/batch} for a path of its own, so that nobody could read an entry of that name; only a POST is meant for that path.
 */
@PreMatching
@Priority(0)
final class KeyPathFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String ENTRIES =
            DataApi.class.getAnnotation(Path.class).value();
    private static final String IS_ALSO_A_PATH = KeyPathFilter.class.getName();

    /** The paths beside the entries: {@code /batch}. */
    private static final Set<String> PATHS = Arrays.stream(DataApi.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Path.class))
            .map(method -> method.getAnnotation(Path.class).value())
            .filter(path -> !path.contains("{"))
            .collect(Collectors.toSet());

    @Override
    public void filter(ContainerRequestContext request) {
        URI uri = request.getUriInfo().getRequestUri();
        String path = uri.getRawPath();
        if (!path.startsWith(ENTRIES + "/")) {
            return;
        }
        String key = path.substring(ENTRIES.length());
        if (key.equals("/")) {
            request.setRequestUri(uri.resolve(path + "%2E"));
        } else if (PATHS.contains(key) && !request.getMethod().equals(HttpMethod.POST)) {
            request.setProperty(IS_ALSO_A_PATH, true);
            String escaped = "/%" + Integer.toHexString(key.charAt(1)) + key.substring(2);
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            request.setRequestUri(uri.resolve(ENTRIES + escaped + query));
        }
    }

    /** {@code Allow} names the methods of the entry and that of the path. */
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        String allow = response.getHeaderString(HttpHeaders.ALLOW);
        if (allow != null && request.getProperty(IS_ALSO_A_PATH) != null) {
            response.getHeaders().putSingle(HttpHeaders.ALLOW, allow + ", " + HttpMethod.POST);
        }
    }
}
