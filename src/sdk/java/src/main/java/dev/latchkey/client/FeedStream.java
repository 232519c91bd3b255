package dev.latchkey.client;

import dev.latchkey.client.EventParser.Event;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** One open stream of changes. */
final class FeedStream {
    private final Chunks chunks;
    private final Session.Held held;
    private final Duration silence;
    private final EventParser parser = new EventParser();

    /** When to leave, on the clock of {@link System#nanoTime}; null if the server ends it. */
    private final Long end;

    private Iterator<ByteBuffer> piece = List.<ByteBuffer>of().iterator();
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private boolean isDue;
    private String reason = "the server ended the stream";

    /** {@code untilRefresh} is how long to stay in it. */
    FeedStream(Chunks chunks, Session.Held held, Duration silence, Optional<Duration> untilRefresh) {
        this.chunks = chunks;
        this.held = held;
        this.silence = silence;
        this.end = untilRefresh.map(left -> System.nanoTime() + left.toNanos()).orElse(null);
    }

    /** Waits for the next event; empty if none comes any more, and the stream is closed then. */
    Optional<Event> next() throws InterruptedException {
        Optional<Event> event = parser.next(bytes);
        while (event.isEmpty() && hasMore()) {
            event = parser.next(bytes);
        }
        return event;
    }

    private boolean hasMore() throws InterruptedException {
        if (!piece.hasNext()) {
            piece = nextPiece().iterator();
        }
        if (!piece.hasNext()) {
            chunks.close();
            return false;
        }
        bytes = piece.next();
        return true;
    }

    private List<ByteBuffer> nextPiece() throws InterruptedException {
        Duration left = end == null ? silence : Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        boolean leaves = left.compareTo(silence) < 0;
        try {
            List<ByteBuffer> next = chunks.next(leaves ? left : silence);
            reason = next.isEmpty() ? "the stream ended" : reason;
            return next;
        } catch (HttpTimeoutException e) {
            isDue = leaves;
            reason = leaves ? "the token is about to expire" : e.getMessage();
        } catch (IOException e) {
            reason = "the stream broke off";
        }
        return List.of();
    }

    /** Whether it was left only because the token is to be refreshed. */
    boolean isDue() {
        return isDue;
    }

    /** Why no event comes any more, for the log. */
    String reason() {
        return reason;
    }

    /** Whose stream it is. */
    Session.Held held() {
        return held;
    }

    /** What the server wants clients to wait before they connect again. */
    Optional<Duration> retry() {
        return parser.retry();
    }

    /** Ends the request at once; any thread may. */
    void close() {
        chunks.close();
    }
}
