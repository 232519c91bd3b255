package dev.latchkey.server.http.transfer;

import org.eclipse.jetty.server.Request;

/** Which bodies are worth taking in. */
public interface BodyRules {

    /** How many bytes are taken in of any body, before anything else is known of the request. */
    long standardBytes();

    /**
     * How many bytes the body of this request may have. 0 where nothing will read it: the request has no use for one, or is
     * refused in any case. Asked once, and only where the body is not there with the head, or is long.
     */
    long maxBytes(Request request);

    /** How many bytes an answer may have that is not a stream. */
    long largestAnswer();
}
