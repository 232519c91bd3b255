package dev.latchkey.server.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/** The name under which a request is found in the log. */
public final class RequestId {
    /** The header that carries it, both ways. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestId.class.getName();
    // Narrow, so that a client cannot write line breaks or colour codes into the log.
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestId() {}

    /** Gives the request its id: the client's own if that is sane, else a new one of 16 hexadecimal digits. */
    public static String assign(HttpServletRequest request) {
        String id = sane(request.getHeader(HEADER));
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    static String of(HttpServletRequest request) {
        return (String) request.getAttribute(ATTRIBUTE);
    }

    /** The id of a request that may have failed before it was assigned one. */
    static String of(Request request) {
        Object assigned = request.getAttribute(ATTRIBUTE);
        return assigned != null ? (String) assigned : sane(request.getHeaders().get(HEADER));
    }

    private static String sane(String offered) {
        return offered != null && SANE.matcher(offered).matches()
                ? offered
                : Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }
}
