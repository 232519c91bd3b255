package dev.latchkey.server.http.transfer;

import org.eclipse.jetty.server.Request;

/** Which bodies are accepted, and up to which size. */
public interface BodyRules {

    /** How many bytes of any body are read before {@link #maxBytes} is asked. */
    long standardBytes();

    /**
     * The max size of the body of this request. 0 if nothing will read it: the operation takes no body, or the request is refused in
     * any case. Called at most once a request, and only if the body does not arrive with the head, or is long.
     */
    long maxBytes(Request request);

    /** The max size of a response that is not a stream. */
    long largestAnswer();
}
