package dev.latchkey.http;

import dev.latchkey.api.DataApi;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.List;

/**
 * Sees to it that a request means one thing.
 *
 * <p>JAX-RS cuts {@code ;b} off the segment {@code a;b} and a slash off the end of a path, so that one key would answer
 * under the name of another; and it takes a body for JSON that its own headers say is compressed.
 */
@PreMatching
final class OneReading implements ContainerRequestFilter {
    private static final String ENTRIES =
            DataApi.class.getAnnotation(Path.class).value();

    /** People type it, and are led on. */
    private static final String REFERENCE_PAGE = "/docs/";

    @Override
    public void filter(ContainerRequestContext request) {
        URI uri = request.getUriInfo().getRequestUri();
        String path = uri.getRawPath();
        if (path.equals(ENTRIES + "/")) {
            // The empty key. JAX-RS would take this for the path without a key; a dot is as little of a key.
            request.setRequestUri(uri.resolve(path + "%2E"));
        } else if (path.length() > 1 && path.endsWith("/") && !path.equals(REFERENCE_PAGE)) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
        if (path.indexOf(';') >= 0) {
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            request.setRequestUri(uri.resolve(path.replace(";", "%3B") + query));
        }
        if (!isPlain(request.getHeaders().get(HttpHeaders.CONTENT_ENCODING))) {
            throw new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
        }
        if (!isFramedPlainly(request.getHeaders().get("Transfer-Encoding"))) {
            throw new Problem(ErrorCode.INVALID_REQUEST);
        }
    }

    /** Of the {@code Content-Encoding} headers, or null: whether the body is what it seems to be. */
    static boolean isPlain(List<String> contentEncoding) {
        return only("identity", contentEncoding);
    }

    /** The same of the {@code Transfer-Encoding} headers. */
    static boolean isFramedPlainly(List<String> transferEncoding) {
        return only("chunked", transferEncoding);
    }

    private static boolean only(String coding, List<String> given) {
        return given == null || given.stream().allMatch(coding::equalsIgnoreCase);
    }
}
