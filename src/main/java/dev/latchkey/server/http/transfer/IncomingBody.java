package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.Handler;
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

    private static final int FIRST_CAPACITY = 512;

    private final Handler next;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final BodyRules rules;
    private final Transfers transfers;

    private final long start = System.nanoTime();
    private final Pace pace = new Pace(start, GRACE, WINDOW, MIN_RATE);

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;
    private long received;
    private long maxBytes;
    private boolean hasAskedRules;
    private boolean isStreamed;
    private volatile boolean isRefused;
    private boolean isWaiting;
    private volatile boolean isEvicted;
    private volatile boolean isOver;
    // The part of the memory of all transfers that this one holds.
    private final AtomicLong held = new AtomicLong();

    IncomingBody(
            Handler next, Request request, Response response, Callback callback, BodyRules rules, Transfers transfers) {
        this.next = next;
        this.request = request;
        this.response = response;
        this.callback = Callback.from(callback, this::release);
        this.rules = rules;
        this.transfers = transfers;
        this.maxBytes = rules.standardBytes();
    }

    boolean begin() throws Exception {
        try {
            return readBody();
        } catch (Exception | Error failure) {
            // The server responds without the callback.
            transfers.done(this);
            release();
            throw failure;
        }
    }

    private boolean readBody() throws Exception {
        boolean isSendingBody = !request.getHeaders().contains(HttpHeader.EXPECT);
        if (!isSendingBody || request.getLength() > maxBytes) {
            askRules();
        }
        if (isRefused && !isSendingBody) {
            // The client waits for 100 Continue, which reading would send.
            endConnection();
            return next.handle(request, response, callback);
        }
        if (readAvailable()) {
            return callNext();
        }
        return true;
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
                return fails(noMemory());
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
                return fails(noMemory());
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
                // The next handler may block, and this thread must not.
                request.getContext().execute(this::callNextLater);
            }
        } catch (RejectedExecutionException busy) {
            answer(new HttpException.RuntimeException(HttpStatus.SERVICE_UNAVAILABLE_503, "No thread", busy));
        } catch (Throwable failure) {
            finish();
            answer(failure);
        }
    }

    private boolean callNext() throws Exception {
        ByteBuffer received = ByteBuffer.wrap(bytes, 0, size);
        if (isStreamed) {
            StreamedBody streamed = new StreamedBody(
                    request, received, new Pace(System.nanoTime(), GRACE, WINDOW, MIN_RATE), transfers);
            return next.handle(streamed, response, streamed.beforeEnd(callback));
        }
        return next.handle(new WithBody(request, new ByteBufferContentSource(received)), response, callback);
    }

    private void callNextLater() {
        try {
            if (!callNext()) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            answer(failure);
        }
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
        if (size + length > bytes.length) {
            int capacity = Math.max(size + length, 2 * bytes.length);
            if (!transfers.hold(capacity - bytes.length)) {
                return false;
            }
            held.addAndGet(capacity - bytes.length);
            bytes = Arrays.copyOf(bytes, capacity);
        }
        content.get(bytes, size, length);
        size += length;
        // A body that is too long keeps some bytes beyond the limit, so that its reader notices.
        isRefused = received > maxBytes;
        return true;
    }

    private static HttpException.RuntimeException noMemory() {
        return new HttpException.RuntimeException(HttpStatus.SERVICE_UNAVAILABLE_503, "No memory");
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
        answer(answered);
        return false;
    }

    private void answer(Throwable failure) {
        Response.writeError(request, response, callback, failure);
    }

    private void endConnection() {
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    }

    private void release() {
        transfers.release(held.getAndSet(0));
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
        return held.get();
    }

    @Override
    public void drop() {
        isEvicted = true;
        release();
    }

    @Override
    public void timeOut() {
        end(new HttpException.RuntimeException(HttpStatus.REQUEST_TIMEOUT_408, "Too slow"));
    }

    @Override
    public void evict() {
        end(noMemory());
    }

    private void end(Throwable failure) {
        if (!isOver) {
            request.fail(failure);
        }
    }

    /** The request with its body from memory. */
    private static final class WithBody extends Request.Wrapper {
        private final Content.Source body;

        WithBody(Request request, Content.Source body) {
            super(request);
            this.body = body;
        }

        @Override
        public Content.Chunk read() {
            return body.read();
        }

        @Override
        public void demand(Runnable demandCallback) {
            body.demand(demandCallback);
        }
    }
}
