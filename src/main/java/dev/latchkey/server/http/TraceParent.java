package dev.latchkey.server.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace that a request is part of, from the header {@code traceparent}.
 *
 * <p>None is made up for a request that has none: nobody else would know it, and every request has an id already.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-1/#traceparent-header">Trace Context, section 3.2</a>
 */
record TraceParent(String traceId) {
    static final String HEADER = "traceparent";

    /** Later versions may add fields to the end. */
    private static final Pattern FORM =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    /** Long enough for what later versions may add. */
    private static final int MAX_LENGTH = 512;

    /** Empty if there is not exactly one, or one that is invalid, which is to be ignored. */
    static Optional<TraceParent> of(List<String> headers) {
        if (headers.size() != 1 || headers.get(0).length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(headers.get(0));
        if (!form.matches() || (form.group(1).equals("00") && form.group(3) != null)) {
            return Optional.empty();
        }
        return Optional.of(new TraceParent(form.group(2)));
    }
}
