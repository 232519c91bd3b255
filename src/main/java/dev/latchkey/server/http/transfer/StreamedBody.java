package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.util.Queue;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * A request whose body the next handler reads while it arrives. The client must keep pace while the handler waits for it. What the handler
 * has not read in the end is read and discarded, within bounds, because most clients send all of it before they read the response.
 */
final class StreamedBody extends Request.Wrapper implements Transfer {
    private final Queue<ByteBuffer> received;
    private final Pace pace;
    private final Transfers transfers;
    private volatile long busySince = System.nanoTime();
    private boolean isOver;
    private volatile boolean isDiscarding;
    private volatile long discardingSince;
    private long discarded;

    /** {@code received} is the part of the body that has been read already. */
    StreamedBody(Request request, Queue<ByteBuffer> received, Pace pace, Transfers transfers) {
        super(request);
        this.received = received;
        this.pace = pace;
        this.transfers = transfers;
    }

    @Override
    public Content.Chunk read() {
        ByteBuffer piece = received.poll();
        if (piece != null) {
            return Content.Chunk.from(piece, false);
        }
        Content.Chunk chunk = super.read();
        if (chunk != null) {
            isOver = chunk.isLast() || Content.Chunk.isFailure(chunk);
            pace.moved(chunk.remaining(), System.nanoTime());
        }
        return chunk;
    }

    @Override
    public void demand(Runnable whenThere) {
        if (!received.isEmpty()) {
            whenThere.run();
            return;
        }
        pace.pausedFor(System.nanoTime() - busySince);
        transfers.await(this);
        super.demand(Invocable.from(Invocable.getInvocationType(whenThere), () -> {
            transfers.done(this);
            busySince = System.nanoTime();
            whenThere.run();
        }));
    }

    /** The callback for the next handler: {@code end} is called once nothing more comes, or too much. */
    Callback beforeEnd(Callback end) {
        return Callback.from(() -> discard(end), end::failed);
    }

    private void discard(Callback end) {
        if (!isDiscarding) {
            discardingSince = System.nanoTime();
            isDiscarding = true;
        }
        while (!isOver && discarded < IncomingBody.MAX_REFUSED_BYTES && !isTooSlow(System.nanoTime())) {
            Content.Chunk chunk = read();
            if (chunk == null) {
                demand(() -> discard(end));
                return;
            }
            discarded += chunk.remaining();
            chunk.release();
        }
        end.succeeded();
    }

    @Override
    public boolean isTooSlow(long now) {
        return isDiscarding ? now - discardingSince > IncomingBody.MAX_REFUSED_NANOS : pace.isTooSlow(now);
    }

    @Override
    public void timeOut() {
        fail(new HttpException.RuntimeException(HttpStatus.REQUEST_TIMEOUT_408, "Too slow"));
    }

    @Override
    public long lastMovedAt() {
        return pace.lastMovedAt();
    }

    /** Nothing: the handler gets each part when it asks for it. So this is never evicted. */
    @Override
    public long held() {
        return 0;
    }

    @Override
    public void drop() {}

    @Override
    public void evict() {}
}
