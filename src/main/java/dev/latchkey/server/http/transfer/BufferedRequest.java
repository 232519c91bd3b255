package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.util.Queue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request with its body from memory, each piece of which it lets go of when that is read. */
final class BufferedRequest extends Request.Wrapper {
    private final Queue<ByteBuffer> body;

    BufferedRequest(Request request, Queue<ByteBuffer> body) {
        super(request);
        this.body = body;
    }

    @Override
    public Content.Chunk read() {
        ByteBuffer piece = body.poll();
        return piece == null ? Content.Chunk.EOF : Content.Chunk.from(piece, body.isEmpty());
    }

    @Override
    public void demand(Runnable whenThere) {
        whenThere.run();
    }
}
