package dev.latchkey.server.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/** The id of a request in the log. */
public final class RequestId {
    /** The header of requests and responses. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestId.class.getName();
    // Strict, so that a client cannot write line breaks or escape sequences into the log.
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestId() {}

    /** Gives the request its id, unless it has one: the client's own if it is valid, or else a new one of 16 hexadecimal digits. */
    public static String assign(HttpServletRequest request) {
        String assigned = of(request);
        if (assigned != null) {
            return assigned;
        }
        String id = valid(request.getHeader(HEADER));
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    static String of(HttpServletRequest request) {
        return (String) request.getAttribute(ATTRIBUTE);
    }

    /** The id of a request that may have failed before it was given one. */
    static String of(Request request) {
        Object assigned = request.getAttribute(ATTRIBUTE);
        return assigned != null ? (String) assigned : valid(request.getHeaders().get(HEADER));
    }

    private static String valid(String offered) {
        return offered != null && VALID.matcher(offered).matches()
                ? offered
                : Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }
}
