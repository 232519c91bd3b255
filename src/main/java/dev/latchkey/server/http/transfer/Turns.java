package dev.latchkey.server.http.transfer;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Has large bodies handled a few at a time, in the order of their arrival. What is made of a body while it is handled takes several times
 * its memory, which nobody accounts for.
 */
final class Turns {
    private final long maxBytes;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private long taken;

    private record Waiting(long bytes, Runnable turn) {}

    /** Bodies of {@code maxBytes} together have their turn at once, or a single one that is larger. */
    Turns(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** True if a body of this size can be handled now; otherwise {@code turn} is run later, by a thread that must not be kept. */
    synchronized boolean begin(long bytes, Runnable turn) {
        if (queue.isEmpty() && hasRoomFor(bytes)) {
            taken += bytes;
            return true;
        }
        queue.add(new Waiting(bytes, turn));
        return false;
    }

    private boolean hasRoomFor(long bytes) {
        return taken == 0 || taken + bytes <= maxBytes;
    }

    /** A body of this size, whose turn it was, has been handled. */
    void end(long bytes) {
        synchronized (this) {
            taken -= bytes;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized Runnable next() {
        if (queue.isEmpty() || !hasRoomFor(queue.peek().bytes())) {
            return null;
        }
        Waiting next = queue.remove();
        taken += next.bytes();
        return next.turn();
    }
}
