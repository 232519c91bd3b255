package dev.latchkey.server.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks the connection off where a response fails that is on its way already.
 *
 * <p>JAX-RS would end it properly, and a client could not tell the half of it from the whole. Before that, it can still be
 * replaced by an error, and is. Where it is the client that went away, there is nothing left to be answered.
 */
final class BrokenResponseInterceptor implements WriterInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenResponseInterceptor.class);

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        HttpServletRequest servletRequest = (HttpServletRequest) context.getProperty(RequestFilter.SERVLET_REQUEST);
        ServletContextRequest request = ServletContextRequest.getServletContextRequest(servletRequest);
        ToClient client = new ToClient(context.getOutputStream());
        context.setOutputStream(client);
        try {
            context.proceed();
            // Sends what JAX-RS still holds back. It would do so later, and log a client that has gone as an error.
            client.close();
        } catch (IOException | RuntimeException e) {
            if (client.isGone || request.getServletContextResponse().isCommitted()) {
                request.getConnectionMetaData().getConnection().getEndPoint().close();
            }
            if (!client.isGone) {
                throw e;
            }
            client.close();
            // Nobody can do anything about it, and a client can do it as often as it likes.
            LOG.debug("The client went away", e);
        }
    }

    /** Tells a client that can't be written to from a response that can't be made. */
    private static final class ToClient extends OutputStream {
        private final OutputStream response;
        private boolean isGone;

        ToClient(OutputStream response) {
            this.response = response;
        }

        @FunctionalInterface
        private interface Output {
            void run() throws IOException;
        }

        private void send(Output output) throws IOException {
            try {
                output.run();
            } catch (IOException | IllegalStateException e) {
                // The latter if the connection was lost as the client was told to go on (100 Continue).
                isGone = true;
                throw e;
            }
        }

        @Override
        public void write(int b) throws IOException {
            send(() -> response.write(b));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            send(() -> response.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            send(response::flush);
        }

        /** JAX-RS closes it once more, which must not fail either where the client has gone. */
        @Override
        public void close() throws IOException {
            if (!isGone) {
                send(response::close);
                return;
            }
            try {
                response.close();
            } catch (IOException | IllegalStateException e) {
                LOG.debug("The client went away", e);
            }
        }
    }
}
