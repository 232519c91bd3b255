package dev.latchkey.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.server.Request;

/**
 * Takes in the rest of a body that was refused before it was read, so that its sender gets to see the answer.
 *
 * <p>Most clients send the whole body before they look for an answer; a connection that is closed meanwhile is all they
 * would see. There is a limit to this courtesy: what is left after it makes the response say {@code Connection: close}. Jetty
 * alone would close without a word, once the response is on its way, and the client's next request would be lost.
 */
final class UnreadBody implements ContainerResponseFilter {
    /** Under this name the servlet container's own request is a property of the JAX-RS one. */
    static final String SERVLET_REQUEST = UnreadBody.class.getName();

    private static final long MAX_BYTES = 16 << 20;
    private static final Duration MAX_TIME = Duration.ofSeconds(1);

    /** Makes the request of the servlet container known to this filter; JAX-RS only gives a proxy of it. */
    static void announce(HttpServletRequest request) {
        request.setAttribute(SERVLET_REQUEST, request);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatusInfo().getFamily() == Response.Status.Family.SUCCESSFUL || !hasBody(request)) {
            return;
        }
        HttpServletRequest servletRequest = (HttpServletRequest) request.getProperty(SERVLET_REQUEST);
        Request jettyRequest = ServletContextRequest.getServletContextRequest(servletRequest);
        // A client that waits for "100 Continue" has sent nothing yet, and reading would tell it to go ahead.
        if (request.getHeaderString("Expect") == null) {
            if (isReadToItsEnd(servletRequest)) {
                return;
            }
            takeIn(
                    servletRequest,
                    jettyRequest.getConnectionMetaData().getConnection().getEndPoint());
        }
        jettyRequest.consumeAvailable();
    }

    private static boolean hasBody(ContainerRequestContext request) {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return (length != null && !length.equals("0")) || request.getHeaderString("Transfer-Encoding") != null;
    }

    private static boolean isReadToItsEnd(HttpServletRequest request) {
        try {
            return request.getInputStream().isFinished();
        } catch (IOException e) {
            return false;
        }
    }

    private static void takeIn(HttpServletRequest request, EndPoint connection) {
        long usualIdleTimeout = connection.getIdleTimeout();
        if (connection instanceof IdleTimeout idle) {
            // It may have been worked on for longer than that, and would expire at once.
            idle.notIdle();
        }
        connection.setIdleTimeout(Math.min(usualIdleTimeout, MAX_TIME.toMillis()));
        try {
            InputStream body = request.getInputStream();
            long end = System.nanoTime() + MAX_TIME.toNanos();
            byte[] buffer = new byte[16 << 10];
            long total = 0;
            for (int n = 0; n >= 0 && total < MAX_BYTES && System.nanoTime() < end; total += n) {
                n = body.read(buffer);
            }
        } catch (IOException | HttpException.RuntimeException e) {
            // There is no more to come, or too slowly; the connection closes as well.
        } finally {
            connection.setIdleTimeout(usualIdleTimeout);
        }
    }
}
