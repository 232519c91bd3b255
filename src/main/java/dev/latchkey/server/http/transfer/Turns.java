package dev.latchkey.server.http.transfer;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * Has large bodies handled a few at a time, in the order of their arrival. What is made of a body while it is handled takes several times
 * its memory, which nobody accounts for.
 */
final class Turns {
    private final long maxBytes;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private long taken;
    private long queued;

    enum Turn {
        NOW,
        LATER,
        /** So much waits already that there would be no memory for anything else. */
        NEVER
    }

    private record Waiting(long bytes, BooleanSupplier turn) {}

    /** Bodies of {@code maxBytes} together have their turn at once, or a single one that is larger; twice as many may wait. */
    Turns(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Asks for a turn.
     *
     * @param turn is called later, if the turn is then, by the thread that has ended another one; it only hands over to another thread,
     *     and returns false if it cannot
     */
    synchronized Turn begin(long bytes, BooleanSupplier turn) {
        if (queue.isEmpty() && hasRoomFor(bytes)) {
            taken += bytes;
            return Turn.NOW;
        }
        if (queued > 0 && queued + bytes > 2 * maxBytes) {
            return Turn.NEVER;
        }
        queue.add(new Waiting(bytes, turn));
        queued += bytes;
        return Turn.LATER;
    }

    private boolean hasRoomFor(long bytes) {
        return taken == 0 || taken + bytes <= maxBytes;
    }

    /** A body of this size, whose turn it was, has been handled. */
    void end(long bytes) {
        giveBack(bytes);
        for (Waiting next = next(); next != null; next = next()) {
            if (!next.turn().getAsBoolean()) {
                giveBack(next.bytes());
            }
        }
    }

    private synchronized void giveBack(long bytes) {
        taken -= bytes;
    }

    private synchronized Waiting next() {
        if (queue.isEmpty() || !hasRoomFor(queue.peek().bytes())) {
            return null;
        }
        Waiting next = queue.remove();
        queued -= next.bytes();
        taken += next.bytes();
        return next;
    }
}
