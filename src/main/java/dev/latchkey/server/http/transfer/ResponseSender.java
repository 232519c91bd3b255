package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Sends the pieces of one response, one after the other, as fast as the client reads them, and tells those who wait for that. Frees the
 * memory of each piece that is sent or given up.
 */
final class ResponseSender extends IteratingCallback implements Outflow {
    private final Response response;
    private final Transfer transfer;
    private final Transfers transfers;
    private final Pace pace;

    // Guards the fields below.
    private final Queue<Piece> queue = new ArrayDeque<>();
    private long queued;
    private Callback writer;
    private long writerWaitsFor;
    private Callback completion;
    private Runnable whenEmpty = () -> {};
    private boolean isPaced;
    private Throwable failure;

    /** {@code transfer} is what waits for the client while there are pieces, and keeps {@code pace} while they are sent. */
    ResponseSender(Response response, Transfer transfer, Transfers transfers, Pace pace) {
        this.response = response;
        this.transfer = transfer;
        this.transfers = transfers;
        this.pace = pace;
    }

    /**
     * Sends {@code content}, whose memory is held already.
     *
     * @param maxBeforeWait how many bytes may be queued when {@code callback} is completed
     */
    void send(boolean last, ByteBuffer content, long maxBeforeWait, Callback callback) {
        int length = content.remaining();
        Throwable failed;
        synchronized (queue) {
            failed = failure;
            if (failed == null) {
                enqueue(last, content);
            }
        }
        if (failed != null) {
            transfers.release(length);
            complete(callback, last ? null : failed);
            return;
        }
        iterate();
        synchronized (queue) {
            failed = failure;
            if (failed == null && !queue.isEmpty()) {
                transfers.await(transfer);
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
        Piece.add(queue, last, content);
    }

    @Override
    protected Action process() {
        Piece next;
        synchronized (queue) {
            next = queue.peek();
        }
        if (next == null) {
            return Action.IDLE;
        }
        response.write(next.last(), next.content(), this);
        return Action.SCHEDULED;
    }

    @Override
    protected void onSuccess() {
        Callback unblocked = null;
        Callback completed = null;
        Runnable emptied = () -> {};
        int length;
        synchronized (queue) {
            if (failure != null) {
                return;
            }
            length = queue.remove().length();
            queued -= length;
            if (queued <= writerWaitsFor) {
                unblocked = writer;
                writer = null;
            }
            if (queue.isEmpty()) {
                transfers.done(transfer);
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

    @Override
    protected void onFailure(Throwable cause) {
        fail(cause);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
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

    private void discard(Throwable cause) {
        if (failure == null) {
            failure = cause;
            transfers.done(transfer);
            transfers.release(queued);
            queued = 0;
            queue.clear();
        }
    }

    /** Frees the memory of what is not sent yet, if there is any. Unlike {@link #giveUp}, this tells nobody. */
    void drop(Throwable cause) {
        synchronized (queue) {
            if (!queue.isEmpty()) {
                discard(cause);
            }
        }
    }

    /** Fails for those who wait, and sends nothing more; false if all was sent meanwhile. The connection may then serve another request. */
    boolean giveUp(Throwable cause) {
        synchronized (queue) {
            if (failure == null && queue.isEmpty()) {
                return false;
            }
        }
        fail(cause);
        return true;
    }

    long queued() {
        synchronized (queue) {
            return queued;
        }
    }

    /** Completes {@code callback} once there is nothing to send any more, or never will be. */
    void onceSent(Callback callback) {
        Throwable failed;
        synchronized (queue) {
            if (!queue.isEmpty()) {
                completion = callback;
                return;
            }
            failed = failure;
        }
        complete(callback, failed);
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
}
