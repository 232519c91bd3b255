package dev.latchkey.server.http.transfer;

import org.eclipse.jetty.server.Request;

/** Which bodies are accepted, and up to which size. */
public interface BodyRules {

    /** How many bytes of any body are read before {@link #of} is asked. */
    long standardBytes();

    /** The rule for the body of this request. Called at most once a request, and only if the body does not arrive with the head, or is long. */
    Rule of(Request request);

    /**
     * A rule for one body.
     *
     * @param maxBytes the max size; 0 if nothing will read the body: the operation takes none, or the request is refused in any case
     * @param isStreamed whether the next handler reads the body while it arrives
     */
    record Rule(long maxBytes, boolean isStreamed) {
        /** Nothing will read the body. */
        public static final Rule NONE = new Rule(0, false);
    }

    /** The max size of a response that is not a stream. */
    long largestAnswer();
}
