package dev.latchkey.http;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Lets pages of the configured origins call the API from a browser, and read what it answers, errors as well.
 *
 * <p>Without credentials: tokens come in a header that a page sets itself, and there are no cookies.
 */
final class CrossOrigin {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> REQUEST_HEADERS = Set.of(
            "Authorization",
            "Content-Type",
            "If-Match",
            "If-None-Match",
            "Idempotency-Key",
            "X-Request-Id",
            "Last-Event-ID");
    private static final Set<String> RESPONSE_HEADERS =
            Set.of("ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Location", "X-Request-Id");
    private static final Duration PREFLIGHT_MAX_AGE = Duration.ofHours(1);

    private CrossOrigin() {}

    /** Adds the headers, and leaves it to the next handler to answer, be it a preflight. */
    static CrossOriginHandler handler(CorsSettings settings) {
        CrossOriginHandler handler = new CrossOriginHandler();
        handler.setAllowedOriginPatterns(
                settings.origins().values().stream().map(CrossOrigin::pattern).collect(Collectors.toSet()));
        handler.setAllowedMethods(METHODS);
        handler.setAllowedHeaders(REQUEST_HEADERS);
        handler.setExposedHeaders(RESPONSE_HEADERS);
        handler.setPreflightMaxAge(PREFLIGHT_MAX_AGE);
        handler.setDeliverPreflightRequests(true);
        return handler;
    }

    /** The handler ignores case unless it is told not to. */
    private static String pattern(String origin) {
        return origin.equals(AllowedOrigins.ANY) ? origin : "(?-i)" + Pattern.quote(origin);
    }

    /**
     * The same for what Jetty answers by itself; the pages of the admin port stay as they are. A request that is not even proper
     * HTTP has no origin here: Jetty forgets the headers that it has read until then.
     *
     * @param server about to start
     */
    static Request.Handler errorPages(Request.Handler errorPages, CorsSettings settings, Server server) {
        CrossOriginHandler handler = handler(settings);
        handler.setServer(server);
        handler.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                return errorPages.handle(request, response, callback);
            }
        });
        server.addBean(handler);
        return (request, response, callback) -> {
            String port = request.getConnectionMetaData().getConnector().getName();
            return ("admin".equals(port) ? errorPages : handler).handle(request, response, callback);
        };
    }
}
