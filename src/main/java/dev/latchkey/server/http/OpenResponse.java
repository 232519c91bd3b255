package dev.latchkey.server.http;

import dev.latchkey.server.http.transfer.Outflow;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.glassfish.jersey.server.ChunkedOutput;

/**
 * A response that stays open, and to which parts are written from any thread. No thread waits for its client: who writes only while
 * {@link #isReady} never has to, provided that a part is no longer than other responses may be.
 *
 * <p>One thread may write at a time.
 */
public final class OpenResponse implements AutoCloseable {
    /** Jetty keeps a buffer of this size as long as the response is open; what is longer is sent without it. */
    private static final int BUFFER_BYTES = 512;

    private final ChunkedOutput<Part> output = new ChunkedOutput<>(Part.class);
    private final Outflow outflow;
    private final HttpServletRequest request;

    /** Begins with the status and the headers of the JAX-RS response that has {@link #entity} as its entity. */
    public OpenResponse(HttpServletRequest request) {
        ServletExchange exchange = ServletExchange.of(request);
        exchange.response().setBufferSize(BUFFER_BYTES);
        this.request = exchange.request();
        this.outflow = Outflow.of(request);
    }

    /** Bytes that are sent at once. */
    static final class Part {
        private final byte[] bytes;

        private Part(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** For the JAX-RS response. */
    public Object entity() {
        return output;
    }

    /** Whether everything that was written is sent. */
    public boolean isReady() {
        return outflow.isEmpty();
    }

    /** Whether the client is gone, or was disconnected. */
    public boolean isBroken() {
        return output.isClosed() || outflow.isBroken();
    }

    /** Does {@code work}, which must neither throw nor block, whenever it has become ready or is broken. */
    public void whenReady(Runnable work) {
        outflow.whenEmpty(work);
    }

    /** Does {@code work}, which must neither throw nor block, when the response is over, in whatever way. */
    public void atEnd(Runnable work) {
        AtEnd.of(request, work);
    }

    /**
     * Writes and sends these bytes.
     *
     * @throws IOException if the client is gone
     */
    public void write(byte[] bytes) throws IOException {
        output.write(new Part(bytes));
    }

    /** Closes the connection, so that the client does not take what it has for everything. */
    public void abort() {
        ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    /** Ends the response; what was written is still sent. */
    @Override
    public void close() throws IOException {
        output.close();
    }

    /** Writes a part as it is. */
    static final class PartWriter implements MessageBodyWriter<Part> {

        @Override
        public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
            return type == Part.class;
        }

        @Override
        public void writeTo(
                Part part,
                Class<?> type,
                Type genericType,
                Annotation[] annotations,
                MediaType mediaType,
                MultivaluedMap<String, Object> headers,
                OutputStream output)
                throws IOException {
            output.write(part.bytes);
        }
    }
}
