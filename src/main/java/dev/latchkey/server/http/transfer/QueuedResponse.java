package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A response that is written into memory, and sent from there as fast as the client reads it. Only a writer of a stream has to wait,
 * once more than the max size of other responses is queued.
 *
 * <p>The last write always succeeds, even if the client has disconnected: that is no fault of the server. Writers of streams learn it
 * from an earlier write.
 */
final class QueuedResponse extends Response.Wrapper implements Transfer {
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Duration WINDOW = Duration.ofSeconds(60);
    // Low, over long windows: the system reports room only when a third of its full send buffer is free, which may be
    // megabytes.
    private static final long MIN_RATE = 1 << 10;

    private final Transfers transfers;
    private final long maxQueued;
    private final Pace pace = new Pace(System.nanoTime(), GRACE, WINDOW, MIN_RATE);
    private final ResponseSender sender;

    QueuedResponse(Request request, Response response, Transfers transfers, long maxQueued) {
        super(request, response);
        this.transfers = transfers;
        this.maxQueued = maxQueued;
        this.sender = new ResponseSender(response, this, transfers, pace);
    }

    /** What was written and is not sent yet. */
    Outflow outflow() {
        return sender;
    }

    /** Completes {@code callback} when everything is sent, not when it is written. */
    Callback onceSent(Callback callback) {
        return new Callback.Nested(callback) {
            @Override
            public void succeeded() {
                sender.onceSent(getCallback());
            }
        };
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
        int length = content == null ? 0 : content.remaining();
        // Without memory, it is still sent, because the writer could not report a failure. But then the writer waits.
        long maxBeforeWait = maxQueued;
        if (!transfers.hold(length)) {
            transfers.holdUnconditionally(length);
            maxBeforeWait = 0;
        }
        ByteBuffer copy = ByteBuffer.allocate(length);
        if (length > 0) {
            copy.put(content).flip();
        }
        sender.send(last, copy, maxBeforeWait, callback);
    }

    @Override
    public long lastMovedAt() {
        return pace.lastMovedAt();
    }

    @Override
    public boolean isTooSlow(long now) {
        return pace.isTooSlow(now);
    }

    @Override
    public long held() {
        return sender.queued();
    }

    @Override
    public void drop() {
        sender.drop(evicted());
    }

    @Override
    public void timeOut() {
        disconnect(new TimeoutException("The client reads the response too slowly"));
    }

    @Override
    public void evict() {
        disconnect(evicted());
    }

    private static TimeoutException evicted() {
        return new TimeoutException("Evicted: the client reads the response more slowly than others");
    }

    /** Half of a response cannot be replaced by an error, and the client must notice that it is incomplete. */
    private void disconnect(Throwable cause) {
        if (sender.giveUp(cause)) {
            getRequest().getConnectionMetaData().getConnection().getEndPoint().close(cause);
        }
    }
}
