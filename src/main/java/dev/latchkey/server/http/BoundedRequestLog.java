package dev.latchkey.server.http;

import org.eclipse.jetty.server.RequestLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the request log. It bounds the length of lines, and keeps clients from adding line breaks. */
final class BoundedRequestLog implements RequestLog.Writer {
    private static final int MAX_REQUEST_LINE = 1_000;

    private static final Logger REQUESTS = LoggerFactory.getLogger("requests");

    @Override
    public void write(String line) {
        REQUESTS.info(printable(shortened(line)));
    }

    /** Method, path and protocol come from the client; they are between the first and the last quotation mark. */
    private static String shortened(String line) {
        int begin = line.indexOf('"');
        int end = line.lastIndexOf('"');
        return end - begin <= MAX_REQUEST_LINE
                ? line
                : line.substring(0, begin + MAX_REQUEST_LINE) + "..." + line.substring(end);
    }

    /** Replaces what is not printable ASCII. */
    static String printable(String line) {
        boolean isPrintable = line.chars().allMatch(c -> c >= ' ' && c <= '~');
        return isPrintable ? line : line.replaceAll("[^ -~]", "?");
    }
}
