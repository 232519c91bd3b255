package dev.latchkey.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks the connection off where a response fails that is on its way already.
 *
 * <p>JAX-RS would end it properly, and a client could not tell the half of it from the whole. Before that, it can still be
 * replaced by an error, and is.
 */
final class BrokenOff implements WriterInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenOff.class);

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        HttpServletRequest servletRequest = (HttpServletRequest) context.getProperty(RequestFilter.SERVLET_REQUEST);
        ServletContextRequest request = ServletContextRequest.getServletContextRequest(servletRequest);
        try {
            context.proceed();
        } catch (IOException e) {
            if (!breakOff(request)) {
                throw e;
            }
            // Nobody can do anything about a client that goes away, and it can do so as often as it likes.
            LOG.debug("The client went away", e);
        } catch (RuntimeException e) {
            breakOff(request);
            throw e;
        }
    }

    /** Whether there is nothing left to be answered. */
    private static boolean breakOff(ServletContextRequest request) {
        boolean isOnItsWay = request.getServletContextResponse().isCommitted();
        if (isOnItsWay) {
            request.getConnectionMetaData().getConnection().getEndPoint().close();
        }
        return isOnItsWay;
    }
}
