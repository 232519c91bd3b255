package dev.latchkey.server.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The errors that Jetty itself sends, before or after a resource: for a malformed request, too large a header, a refusal of a servlet
 * filter. They have the contract's shape instead of an HTML page.
 */
public final class ErrorPages extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

    private final ErrorBodies bodies;
    private final String knownMethods;

    /** {@code knownMethods} is the {@code Allow} of a 405 for a method that no path has. */
    public ErrorPages(ErrorBodies bodies, String knownMethods) {
        this.bodies = bodies;
        this.knownMethods = knownMethods;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws JsonProcessingException {
        Throwable cause = (Throwable) request.getAttribute(ERROR_EXCEPTION);
        int status = status(cause, response);
        if (status == HttpStatus.NOT_FOUND_404 && isAboutTheServer(request)) {
            answerOptions(request, response, callback);
            return true;
        }
        Problem problem = cause instanceof RefusedRequest refused
                ? new Problem(ErrorCode.INVALID_REQUEST, List.of(refused.field()))
                : problem(status);
        String requestId = RequestId.of(request);
        if (problem.code() == ErrorCode.INTERNAL_ERROR) {
            // The filter that puts the request id into the MDC is left already.
            LOG.error("Unexpected failure of request {}", requestId, cause);
        }
        String path = request.getHttpURI() == null
                ? ""
                : String.valueOf(request.getHttpURI().getPath());
        byte[] body = bodies.json(problem, request.getMethod(), path, requestId);

        response.setStatus(status);
        problem.headers().forEach(response.getHeaders()::put);
        response.getHeaders()
                .put(JSON)
                .put(NO_SNIFFING)
                .put(NO_STORE)
                .put(RequestId.HEADER, requestId)
                .put(HttpHeader.CONTENT_LENGTH, body.length);
        if (cause instanceof HttpException) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        }
        boolean bodiless = HttpMethod.HEAD.is(request.getMethod());
        response.write(true, bodiless ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(body), callback);
        return true;
    }

    /** {@code OPTIONS *} (RFC 9110, section 9.3.7): a valid request that has no path. */
    private static boolean isAboutTheServer(Request request) {
        return HttpMethod.OPTIONS.is(request.getMethod())
                && request.getHttpURI() != null
                && "*".equals(request.getHttpURI().getPath());
    }

    private void answerOptions(Request request, Response response, Callback callback) {
        response.setStatus(HttpStatus.NO_CONTENT_204);
        response.getHeaders()
                .put(NO_SNIFFING)
                .put(NO_STORE)
                .put(HttpHeader.ALLOW, knownMethods)
                .put(RequestId.HEADER, RequestId.of(request));
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    private static int status(Throwable cause, Response response) {
        int status = response.getStatus();
        if (cause instanceof HttpException refusal) {
            status = refusal.getCode();
        } else if (cause instanceof QuietException
                || (cause instanceof IOException && !(cause instanceof JsonProcessingException))
                || cause instanceof TimeoutException) {
            // The client disconnected or timed out in the middle of its request.
            status = HttpStatus.BAD_REQUEST_400;
        }
        // "Upgrade Required" would have to name a protocol to upgrade to, and there is none.
        return status == HttpStatus.UPGRADE_REQUIRED_426 ? HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 : status;
    }

    private Problem problem(int status) {
        return switch (status) {
            case 404 -> new Problem(ErrorCode.NOT_FOUND);
            case 405 -> Problem.methodNotAllowed(knownMethods);
            case 413 -> new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
            case 415 -> new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
            case 503 -> Problem.unavailable(null);
            case 505 -> new Problem(ErrorCode.INVALID_REQUEST);
            default -> new Problem(status >= 500 ? ErrorCode.INTERNAL_ERROR : ErrorCode.INVALID_REQUEST);
        };
    }
}
