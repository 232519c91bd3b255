package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads the body of one request as it arrives. The next handler gets the request once the body is complete, unless it wants to read a
 * long one by itself. If the body is refused, it is read and discarded first, within bounds, because most clients send all of it before
 * they read the response.
 */
final class IncomingBody implements Transfer {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final long MIN_RATE = 4 << 10;

    /** The bounds within which what nobody wants is read and discarded. */
    static final long MAX_REFUSED_BYTES = 16 << 20;

    static final long MAX_REFUSED_NANOS = Duration.ofSeconds(1).toNanos();

    private final Request request;
    private final Response response;
    private final BodyRules rules;
    private final Transfers transfers;
    private final BodyBuffer buffer;
    private final Handover handover;

    private final long start = System.nanoTime();
    private final Pace pace = new Pace(start, GRACE, WINDOW, MIN_RATE);

    private long received;
    private long maxBytes;
    private boolean hasAskedRules;
    private boolean isStreamed;
    private volatile boolean isRefused;
    private boolean isWaiting;
    private volatile boolean isEvicted;
    private volatile boolean isOver;

    /** What all bodies share: who handles them, which are accepted, and their memory. */
    record Shared(Handover.Next next, BodyRules rules, Transfers transfers) {}

    IncomingBody(Request request, Response response, Callback callback, Shared shared) {
        this.request = request;
        this.response = response;
        this.rules = shared.rules();
        this.transfers = shared.transfers();
        this.buffer = new BodyBuffer(transfers);
        this.handover = new Handover(shared.next(), request, response, Callback.from(callback, buffer::release));
        this.maxBytes = rules.standardBytes();
    }

    void begin() {
        try {
            readBody();
        } catch (RuntimeException | Error failure) {
            // The server responds without the callback.
            transfers.done(this);
            buffer.release();
            throw failure;
        }
    }

    private void readBody() {
        boolean isSendingBody = !request.getHeaders().contains(HttpHeader.EXPECT);
        if (!isSendingBody || request.getLength() > maxBytes) {
            askRules();
        }
        if (isRefused && !isSendingBody) {
            // The client waits for 100 Continue, which reading would send.
            endConnection();
            handover.later(() -> handover.handle(request));
        } else if (readAvailable()) {
            handover.later(this::callNext);
        }
    }

    /** Asks the rules for the max size, at most once. */
    private void askRules() {
        if (!hasAskedRules) {
            hasAskedRules = true;
            BodyRules.Rule rule = rules.of(request);
            maxBytes = rule.maxBytes();
            isRefused = maxBytes == 0 || request.getLength() > maxBytes;
            isStreamed = rule.isStreamed() && !isRefused;
        }
    }

    /**
     * Returns true once the body is complete, given up, or left to the next handler. Otherwise reading continues later, or the request has
     * been responded to.
     */
    private boolean readAvailable() {
        while (true) {
            if (isStreamed) {
                return finish();
            }
            if (isEvicted) {
                return fails(Handover.noMemory());
            }
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                askRules();
                if (isStreamed) {
                    return finish();
                }
                if (!isWaiting) {
                    isWaiting = true;
                    transfers.await(this);
                }
                request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::readMore));
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return fails(chunk.getFailure());
            }
            boolean hasRoom = take(chunk);
            chunk.release();
            if (!hasRoom) {
                return fails(Handover.noMemory());
            }
            if (chunk.isLast()) {
                return finish();
            }
            if (isRefused && received > MAX_REFUSED_BYTES) {
                endConnection();
                return finish();
            }
        }
    }

    private boolean finish() {
        isOver = true;
        transfers.done(this);
        return true;
    }

    private void readMore() {
        try {
            if (readAvailable()) {
                handover.later(this::callNext);
            }
        } catch (Throwable failure) {
            finish();
            handover.answer(failure);
        }
    }

    private boolean callNext() throws Exception {
        int size = buffer.size();
        Queue<ByteBuffer> body = buffer.take();
        if (body == null && maxBytes == 0) {
            // Nothing will read it, so what there is to say can be said without it.
            body = new ArrayDeque<>();
        }
        if (body == null) {
            // Evicted between the last byte and here.
            handover.answer(Handover.noMemory());
            return true;
        }
        if (isStreamed) {
            return handover.handleStreamed(
                    new StreamedBody(request, body, new Pace(System.nanoTime(), GRACE, WINDOW, MIN_RATE), transfers));
        }
        Request withBody = new BufferedRequest(request, body);
        boolean isLarge = size > rules.standardBytes() && !isRefused;
        return isLarge ? handover.handleInTurn(withBody, size) : handover.handle(withBody);
    }

    /** Keeps the bytes, unless the body is refused; false if there is no memory for them. */
    private boolean take(Content.Chunk chunk) {
        ByteBuffer content = chunk.getByteBuffer();
        int length = content.remaining();
        received += length;
        pace.moved(length, System.nanoTime());
        if (received > maxBytes) {
            askRules();
        }
        if (isRefused) {
            return true;
        }
        if (!buffer.append(content)) {
            return false;
        }
        // A body that is too long keeps some bytes beyond the limit, so that its reader notices.
        isRefused = received > maxBytes;
        return true;
    }

    private boolean fails(Throwable failure) {
        isOver = true;
        boolean isOurs = !transfers.done(this) && isWaiting;
        if (isRefused && isOurs) {
            // The time to read and discard the body is over: respond now.
            endConnection();
            return true;
        }
        Throwable answered = failure instanceof TimeoutException
                ? new HttpException.RuntimeException(HttpStatus.REQUEST_TIMEOUT_408, failure)
                : failure;
        handover.answer(answered);
        return false;
    }

    private void endConnection() {
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    }

    @Override
    public long lastMovedAt() {
        return pace.lastMovedAt();
    }

    @Override
    public boolean isTooSlow(long now) {
        return isRefused ? now - start > MAX_REFUSED_NANOS : pace.isTooSlow(now);
    }

    @Override
    public long held() {
        return buffer.held();
    }

    @Override
    public void drop() {
        isEvicted = true;
        buffer.drop();
    }

    @Override
    public void timeOut() {
        end(new HttpException.RuntimeException(HttpStatus.REQUEST_TIMEOUT_408, "Too slow"));
    }

    @Override
    public void evict() {
        end(Handover.noMemory());
    }

    private void end(Throwable failure) {
        if (!isOver) {
            request.fail(failure);
        }
    }
}
