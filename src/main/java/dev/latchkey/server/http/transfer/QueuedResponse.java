package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * A response that is written into memory, and sent from there as fast as the client reads it. Only a writer of a stream has to wait,
 * once more than the max size of other responses is queued.
 *
 * <p>The last write always succeeds, even if the client has disconnected: that is no fault of the server. Writers of streams learn it
 * from an earlier write.
 */
final class QueuedResponse extends Response.Wrapper implements Transfer, Outflow {
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Duration WINDOW = Duration.ofSeconds(60);
    // Low, over long windows: the system reports room only when a third of its full send buffer is free, which may be
    // megabytes.
    private static final long MIN_RATE = 1 << 10;

    private static final int MAX_PIECE = 32 << 10;

    private final Transfers transfers;
    private final long maxQueued;
    private final Sender sender = new Sender();
    private final Pace pace = new Pace(System.nanoTime(), GRACE, WINDOW, MIN_RATE);

    // Guards the fields below.
    private final Queue<Piece> queue = new ArrayDeque<>();
    private long queued;
    private Callback writer;
    private long writerWaitsFor;
    private Callback completion;
    private Runnable whenEmpty = () -> {};
    private boolean isPaced;
    private Throwable failure;

    private record Piece(boolean last, ByteBuffer content, int length) {}

    QueuedResponse(Request request, Response response, Transfers transfers, long maxQueued) {
        super(request, response);
        this.transfers = transfers;
        this.maxQueued = maxQueued;
    }

    /** Completes {@code callback} when everything is sent, not when it is written. */
    Callback onceSent(Callback callback) {
        return new Callback.Nested(callback) {
            @Override
            public void succeeded() {
                Throwable failed;
                synchronized (queue) {
                    if (!queue.isEmpty()) {
                        completion = getCallback();
                        return;
                    }
                    failed = failure;
                }
                complete(getCallback(), failed);
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
        Throwable failed;
        synchronized (queue) {
            failed = failure;
            if (failed == null) {
                enqueue(last, copy);
            }
        }
        if (failed != null) {
            transfers.release(length);
            complete(callback, last ? null : failed);
            return;
        }
        sender.iterate();
        synchronized (queue) {
            failed = failure;
            if (failed == null && !queue.isEmpty()) {
                transfers.await(this);
                if (queued > maxBeforeWait && !isPaced) {
                    writer = callback;
                    writerWaitsFor = maxBeforeWait;
                    return;
                }
            }
        }
        complete(callback, last ? null : failed);
    }

    private void enqueue(boolean last, ByteBuffer content) {
        if (queue.isEmpty()) {
            // A response that stays open may have had nothing to send for hours.
            pace.restart(System.nanoTime());
        }
        queued += content.remaining();
        do {
            int length = Math.min(MAX_PIECE, content.remaining());
            ByteBuffer piece = content.slice(content.position(), length);
            content.position(content.position() + length);
            queue.add(new Piece(last && !content.hasRemaining(), piece, length));
        } while (content.hasRemaining());
    }

    private void send(Piece piece) {
        super.write(piece.last, piece.content, sender);
    }

    private void sent() {
        Callback unblocked = null;
        Callback completed = null;
        Runnable emptied = () -> {};
        int length;
        synchronized (queue) {
            if (failure != null) {
                return;
            }
            length = queue.remove().length;
            queued -= length;
            if (queued <= writerWaitsFor) {
                unblocked = writer;
                writer = null;
            }
            if (queue.isEmpty()) {
                transfers.done(this);
                completed = completion;
                completion = null;
                emptied = whenEmpty;
            }
        }
        pace.moved(length, System.nanoTime());
        transfers.release(length);
        complete(unblocked, null);
        complete(completed, null);
        emptied.run();
    }

    private void fail(Throwable cause) {
        Callback blocked;
        Callback waiting;
        Runnable emptied;
        synchronized (queue) {
            discard(cause);
            emptied = whenEmpty;
            blocked = writer;
            waiting = completion;
            writer = null;
            completion = null;
        }
        complete(blocked, cause);
        complete(waiting, cause);
        emptied.run();
    }

    @Override
    public boolean isBroken() {
        synchronized (queue) {
            return failure != null;
        }
    }

    @Override
    public boolean isEmpty() {
        synchronized (queue) {
            return queue.isEmpty();
        }
    }

    @Override
    public void whenEmpty(Runnable work) {
        synchronized (queue) {
            whenEmpty = work;
            isPaced = true;
        }
    }

    private void discard(Throwable cause) {
        if (failure == null) {
            failure = cause;
            transfers.done(this);
            transfers.release(queued);
            queued = 0;
            queue.clear();
        }
    }

    private static void complete(Callback callback, Throwable failure) {
        if (callback == null) {
            return;
        }
        if (failure == null) {
            callback.succeeded();
        } else {
            callback.failed(failure);
        }
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
        synchronized (queue) {
            return queued;
        }
    }

    @Override
    public void drop() {
        synchronized (queue) {
            if (!queue.isEmpty()) {
                discard(new TimeoutException("Evicted: the client reads the response more slowly than others"));
            }
        }
    }

    @Override
    public void timeOut() {
        abort(new TimeoutException("The client reads the response too slowly"));
    }

    @Override
    public void evict() {
        abort(new TimeoutException("Evicted: the client reads the response more slowly than others"));
    }

    /** Closes the connection: half of a response cannot be replaced by an error, and the client must notice that it is incomplete. */
    private void abort(Throwable cause) {
        synchronized (queue) {
            if (failure == null && queue.isEmpty()) {
                // All was sent meanwhile. The connection may now serve another request.
                return;
            }
        }
        fail(cause);
        getRequest().getConnectionMetaData().getConnection().getEndPoint().close(cause);
    }

    /** Sends the queued pieces, one after the other. */
    private final class Sender extends IteratingCallback {

        @Override
        protected Action process() {
            Piece next;
            synchronized (queue) {
                next = queue.peek();
            }
            if (next == null) {
                return Action.IDLE;
            }
            send(next);
            return Action.SCHEDULED;
        }

        @Override
        protected void onSuccess() {
            sent();
        }

        @Override
        protected void onFailure(Throwable cause) {
            fail(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
