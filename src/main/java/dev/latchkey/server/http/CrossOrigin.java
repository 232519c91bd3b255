package dev.latchkey.server.http;

import com.google.common.collect.Sets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;

/**
 * CORS: lets pages of the allowed origins call the API and read its responses, including errors.
 *
 * <p>Credentials are not allowed: tokens are in a header that a page sets itself, and there are no cookies.
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
            "Last-Event-ID",
            // Headers that libraries add to every call: traces (W3C, Sentry), and the mark of calls from scripts.
            "traceparent",
            "tracestate",
            "baggage",
            "sentry-trace",
            "X-Requested-With");
    private static final Set<String> RESPONSE_HEADERS =
            Set.of("ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Location", "X-Request-Id");
    private static final Duration PREFLIGHT_MAX_AGE = Duration.ofHours(1);

    private CrossOrigin() {}

    /** Adds the headers, and lets the next handler respond, also to a preflight. */
    static CrossOriginHandler handler(CorsSettings settings) {
        CrossOriginHandler handler = new CrossOriginHandler();
        handler.setAllowedOriginPatterns(
                settings.origins().values().stream().map(CrossOrigin::pattern).collect(Collectors.toSet()));
        handler.setAllowedMethods(METHODS);
        handler.setAllowedHeaders(Sets.union(REQUEST_HEADERS, settings.headers().values()));
        handler.setExposedHeaders(RESPONSE_HEADERS);
        handler.setPreflightMaxAge(PREFLIGHT_MAX_AGE);
        handler.setDeliverPreflightRequests(true);
        return handler;
    }

    /** A case-sensitive pattern; the handler ignores case by default. */
    private static String pattern(String origin) {
        return origin.equals(AllowedOrigins.ANY) ? origin : "(?-i)" + Pattern.quote(origin);
    }

    /**
     * Adds CORS headers to the errors that Jetty itself sends, except on the admin port.
     *
     * <p>If the head of a request is too long, or is not valid HTTP, Jetty gives none of its headers, so the origin is unknown. Then the
     * response allows the only allowed origin, or all; with several allowed origins, it allows none.
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
            if ("admin".equals(request.getConnectionMetaData().getConnector().getName())) {
                return errorPages.handle(request, response, callback);
            }
            if (request.getHeaders().size() == 0) {
                allowUnknown(settings, response.getHeaders());
                return errorPages.handle(request, response, callback);
            }
            return handler.handle(request, response, callback);
        };
    }

    private static void allowUnknown(CorsSettings settings, HttpFields.Mutable headers) {
        headers.put(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
        Set<String> origins = settings.origins().values();
        if (origins.size() == 1) {
            headers.put(
                    HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origins.iterator().next());
            headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(",", RESPONSE_HEADERS));
        }
    }
}
