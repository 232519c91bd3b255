package dev.latchkey.server.http;

import dev.latchkey.server.log.LogFields;
import dev.latchkey.server.problem.RequestId;
import java.util.function.BiConsumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;

/**
 * A line of the request log. Its members are only put together where lines are JSON.
 *
 * @param text the line as text, without the trace
 * @param bytes of the body that was sent
 * @param millis from the first byte of the request to the end of the answer
 */
record RequestLine(
        String text,
        String requestId,
        String traceId,
        String userId,
        String operation,
        String client,
        String method,
        int status,
        long bytes,
        long millis)
        implements LogFields {

    static RequestLine of(Request request, Response response, String text) {
        return new RequestLine(
                text,
                response.getHeaders().get(RequestId.HEADER),
                attribute(request, RequestInLog.TRACE_ID),
                attribute(request, RequestInLog.USER_ID),
                OperationFeature.operation(request),
                Request.getRemoteAddr(request),
                request.getMethod(),
                response.getStatus(),
                Response.getContentBytesWritten(response),
                NanoTime.millisSince(request.getBeginNanoTime()));
    }

    private static String attribute(Request request, String name) {
        return (String) request.getAttribute(name);
    }

    /** Method, path and protocol. */
    @Override
    public String message() {
        int begin = text.indexOf('"');
        int end = text.lastIndexOf('"');
        return begin < end ? text.substring(begin + 1, end) : text;
    }

    @Override
    public void forEach(BiConsumer<String, Object> members) {
        members.accept("request_id", requestId);
        members.accept("trace_id", traceId);
        members.accept("user_id", userId);
        members.accept("operation", operation);
        members.accept("method", method);
        members.accept("status", status);
        members.accept("duration_ms", millis);
        members.accept("bytes", bytes);
        members.accept("client", client);
    }

    @Override
    public String toString() {
        return traceId == null ? text : text + " trace=" + traceId;
    }
}
