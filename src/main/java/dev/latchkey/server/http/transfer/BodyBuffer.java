package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of a body that have arrived, in memory that {@link Transfers} accounts for. One thread appends; any may drop them. */
final class BodyBuffer {
    private static final int FIRST_CAPACITY = 512;
    private static final byte[] NONE = {};

    private final Transfers transfers;
    private final long expected;
    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;
    private long held;
    private boolean isDropped;

    /** {@code expected} bytes are to come; -1 if nobody knows how many. */
    BodyBuffer(long expected, Transfers transfers) {
        this.expected = expected;
        this.transfers = transfers;
    }

    /** Keeps the bytes; false if there is no memory for them, or all were dropped. */
    boolean append(ByteBuffer content) {
        int length = content.remaining();
        int more = capacityFor(size() + length) - capacity();
        // Not under the lock: it may drop other bodies, and they may drop this one.
        if (more > 0 && !transfers.hold(more)) {
            return false;
        }
        synchronized (this) {
            if (isDropped) {
                transfers.release(Math.max(0, more));
                return false;
            }
            if (more > 0) {
                held += more;
                bytes = Arrays.copyOf(bytes, bytes.length + more);
            }
            content.get(bytes, size, length);
            size += length;
            return true;
        }
    }

    /** Twice as much as before, but not more than is to come. */
    private int capacityFor(int needed) {
        int capacity = capacity();
        if (needed <= capacity) {
            return capacity;
        }
        long doubled = Math.max(needed, 2L * capacity);
        return (int) (expected >= needed ? Math.min(expected, doubled) : doubled);
    }

    private synchronized int capacity() {
        return bytes.length;
    }

    synchronized int size() {
        return size;
    }

    synchronized long held() {
        return held;
    }

    /** The body, which is no longer kept here, though its memory stays accounted for; null if it was dropped. */
    synchronized ByteBuffer take() {
        ByteBuffer all = isDropped ? null : ByteBuffer.wrap(bytes, 0, size);
        bytes = NONE;
        return all;
    }

    /** Frees the memory at once: a body that is kept until its client has been told would be more than what is accounted for. */
    synchronized void drop() {
        isDropped = true;
        bytes = NONE;
        release();
    }

    /** Ends the accounting. */
    synchronized void release() {
        transfers.release(held);
        held = 0;
    }
}
