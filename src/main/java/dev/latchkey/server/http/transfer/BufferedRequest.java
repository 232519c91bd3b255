package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request with its body from memory, which it lets go of when it is read. */
final class BufferedRequest extends Request.Wrapper {
    private ByteBuffer body;

    BufferedRequest(Request request, ByteBuffer body) {
        super(request);
        this.body = body;
    }

    @Override
    public Content.Chunk read() {
        if (body == null) {
            return Content.Chunk.EOF;
        }
        Content.Chunk all = Content.Chunk.from(body, true);
        body = null;
        return all;
    }

    @Override
    public void demand(Runnable whenThere) {
        whenThere.run();
    }
}
