package dev.latchkey.server.http;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Rules out requests that could be read in two ways.
 *
 * <p>JAX-RS cuts {@code ;b} off the segment {@code a;b} and a slash off the end of a path, so that one key could be used under the name
 * of another. It also parses a body as JSON whose {@code Transfer-Encoding} says that it is compressed.
 */
@PreMatching
final class SingleReadingFilter implements ContainerRequestFilter {
    private final Set<String> directories;

    /** {@code directories} are the paths that may end in a slash. */
    SingleReadingFilter(Set<String> directories) {
        this.directories = directories;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        URI uri = request.getUriInfo().getRequestUri();
        String path = uri.getRawPath();
        if (path.length() > 1 && path.endsWith("/") && !directories.contains(path)) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
        if (path.indexOf(';') >= 0) {
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            request.setRequestUri(uri.resolve(path.replace(";", "%3B") + query));
        }
        if (!isFramedPlainly(request.getHeaders().get("Transfer-Encoding"))) {
            throw new Problem(ErrorCode.INVALID_REQUEST);
        }
    }

    /** Whether the {@code Transfer-Encoding} headers, or null, say that the body is not compressed. */
    static boolean isFramedPlainly(List<String> transferEncoding) {
        return transferEncoding == null || transferEncoding.stream().allMatch("chunked"::equalsIgnoreCase);
    }
}
