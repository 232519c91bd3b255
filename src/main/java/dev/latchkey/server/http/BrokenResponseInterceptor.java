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
 * Aborts the connection if a response fails after its first bytes were sent.
 *
 * <p>JAX-RS would end the response normally, and a client could not tell that it is incomplete. Before its first bytes were sent, the
 * response is replaced by an error. If the client has disconnected, there is nothing to send.
 */
final class BrokenResponseInterceptor implements WriterInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenResponseInterceptor.class);

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        HttpServletRequest servletRequest =
                ((ServletExchange) context.getProperty(ServletExchange.ATTRIBUTE)).request();
        ServletContextRequest request = ServletContextRequest.getServletContextRequest(servletRequest);
        ToClient client = new ToClient(context.getOutputStream());
        context.setOutputStream(client);
        try {
            context.proceed();
            // Flushes the buffer of JAX-RS, which would do so later, and log a disconnected client as an error.
            if (context.getEntity() instanceof OpenResponse.Part) {
                client.flush();
            } else {
                client.close();
            }
        } catch (IOException | RuntimeException e) {
            if (client.isGone || request.getServletContextResponse().isCommitted()) {
                request.getConnectionMetaData().getConnection().getEndPoint().close();
            }
            if (!client.isGone) {
                throw e;
            }
            client.close();
            // Not an error: clients may disconnect at any time, and must not be able to fill the log.
            LOG.debug("The client disconnected", e);
        }
    }

    /** Distinguishes failures to write to the client from failures to make the response. */
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
                // The latter if the connection was lost while sending 100 Continue.
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

        /** JAX-RS closes it a second time, which must not fail if the client has disconnected. */
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
