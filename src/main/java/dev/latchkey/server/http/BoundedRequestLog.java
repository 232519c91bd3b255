package dev.latchkey.server.http;

import java.util.Set;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the request log. It bounds the length of lines, and keeps clients from adding line breaks. */
final class BoundedRequestLog implements RequestLog {
    private static final int MAX_REQUEST_LINE = 1_000;

    private static final Logger REQUESTS = LoggerFactory.getLogger("requests");

    private final RequestLog text;
    private final Set<String> unlogged;

    // Jetty's log gives the text of a line to its writer, on the same thread.
    private final ThreadLocal<String> written = new ThreadLocal<>();

    /**
     * Writes lines in {@code format}, one of {@link CustomRequestLog}: what the client chose is between the first and the last quotation
     * mark. Requests to the paths {@code unlogged} have none.
     */
    BoundedRequestLog(String format, Set<String> unlogged) {
        text = new CustomRequestLog(written::set, format);
        this.unlogged = unlogged;
    }

    @Override
    public void log(Request request, Response response) {
        if (!REQUESTS.isInfoEnabled() || isUnlogged(request)) {
            return;
        }
        text.log(request, response);
        String line = written.get();
        written.remove();
        REQUESTS.info("{}", RequestLine.of(request, response, printable(shortened(line))));
    }

    private boolean isUnlogged(Request request) {
        return request.getHttpURI() != null
                && request.getHttpURI().getPath() != null
                && unlogged.contains(request.getHttpURI().getPath());
    }

    private static String shortened(String line) {
        int begin = line.indexOf('"');
        int end = line.lastIndexOf('"');
        return end - begin <= MAX_REQUEST_LINE
                ? line
                : line.substring(0, begin + MAX_REQUEST_LINE) + "..." + line.substring(end);
    }

    /** Replaces what is not printable ASCII. */
    static String printable(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) < ' ' || line.charAt(i) > '~') {
                return line.replaceAll("[^ -~]", "?");
            }
        }
        return line;
    }
}
