package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;

/**
 * The bytes of a body that have arrived, in memory that {@link Transfers} accounts for. One thread appends; any may drop them.
 *
 * <p>They are kept in pieces: a single array would have to be copied whenever it is too small, and could be freed only as a whole.
 */
final class BodyBuffer {
    /** So many bytes are not accounted for: most bodies are short. */
    private static final int FREE = 512;

    private static final int MAX_PIECE = 64 << 10;

    private final Transfers transfers;
    private Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private int size;
    private long held;
    private boolean isDropped;

    BodyBuffer(Transfers transfers) {
        this.transfers = transfers;
    }

    /** Keeps the bytes; false if there is no memory for them, or all were dropped. */
    boolean append(ByteBuffer content) {
        int more = missing(content.remaining());
        // Not under the lock: it may drop other bodies, and they may drop this one.
        if (more > FREE && !transfers.hold(more)) {
            return false;
        }
        synchronized (this) {
            held += more > FREE ? more : 0;
            if (isDropped) {
                release();
                return false;
            }
            size += content.remaining();
            fill(pieces.peekLast(), content);
            if (content.hasRemaining()) {
                ByteBuffer piece = ByteBuffer.allocate(more);
                fill(piece, content);
                pieces.add(piece);
            }
            return true;
        }
    }

    /** How large a new piece has to be; 0 if there is room. As large as what is there already, so that there are not too many of them. */
    private synchronized int missing(int length) {
        if (isDropped) {
            return 0;
        }
        int room = pieces.isEmpty() ? 0 : pieces.peekLast().remaining();
        return length <= room ? 0 : Math.max(length - room, Math.min(Math.max(size, FREE), MAX_PIECE));
    }

    private static void fill(ByteBuffer piece, ByteBuffer content) {
        if (piece == null) {
            return;
        }
        ByteBuffer part = content.slice();
        part.limit(Math.min(part.remaining(), piece.remaining()));
        content.position(content.position() + part.remaining());
        piece.put(part);
    }

    synchronized int size() {
        return size;
    }

    synchronized long held() {
        return held;
    }

    /** The body, which is no longer kept here, though its memory stays accounted for until {@link #release}; null if it was dropped. */
    synchronized Queue<ByteBuffer> take() {
        if (isDropped) {
            return null;
        }
        Deque<ByteBuffer> all = pieces;
        pieces = new ArrayDeque<>();
        all.forEach(ByteBuffer::flip);
        return all;
    }

    /** Frees the memory at once, so that no more is used than is accounted for. There is no body any more. */
    synchronized void drop() {
        isDropped = true;
        pieces = new ArrayDeque<>();
        release();
    }

    /** Ends the accounting. */
    synchronized void release() {
        transfers.release(held);
        held = 0;
    }
}
