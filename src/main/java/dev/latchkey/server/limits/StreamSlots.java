package dev.latchkey.server.limits;

import dev.latchkey.server.problem.Problem;
import java.util.HashMap;
import java.util.Map;

/** Bounds how many requests for a long stream run at once, since each holds a thread and some memory for as long as its client takes. */
public final class StreamSlots {
    public static final int MAX_OF_A_USER = 2;

    /** What the longest line of a stream takes while it is read or written, with some room for everything else. */
    private static final long HEAP_BYTES_FOR_A_STREAM = 32 << 20;

    /** 16, or fewer in a small heap. */
    static final int MAX =
            (int) Math.max(MAX_OF_A_USER, Math.min(16, Runtime.getRuntime().maxMemory() / HEAP_BYTES_FOR_A_STREAM));

    private final Map<String, Integer> ofUsers = new HashMap<>();
    private int taken;

    /**
     * Takes a slot for the user. The caller must give it back.
     *
     * @throws Problem TOO_MANY_REQUESTS if the user has two already, UNAVAILABLE if all slots are taken
     */
    public synchronized void take(String userId) {
        if (ofUsers.getOrDefault(userId, 0) == MAX_OF_A_USER) {
            throw Problem.tooManyRequests(1);
        }
        if (taken == MAX) {
            throw Problem.unavailable(null);
        }
        taken++;
        ofUsers.merge(userId, 1, Integer::sum);
    }

    /** How many are taken. */
    public synchronized int taken() {
        return taken;
    }

    /** Gives a slot back. */
    public synchronized void giveBack(String userId) {
        taken--;
        ofUsers.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
    }
}
