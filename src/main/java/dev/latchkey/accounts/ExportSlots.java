package dev.latchkey.accounts;

import dev.latchkey.server.problem.Problem;
import java.util.HashMap;
import java.util.Map;

/** How many exports run at once: each holds a thread and some values in memory for as long as its reader likes. */
final class ExportSlots {
    static final int MAX = 16;
    static final int MAX_OF_A_USER = 2;

    private final Map<String, Integer> ofUsers = new HashMap<>();
    private int taken;

    /**
     * Takes a slot for the user, to be given back.
     *
     * @throws Problem TOO_MANY_REQUESTS if the user has two already, UNAVAILABLE if there is none left for anybody
     */
    synchronized void take(String userId) {
        if (ofUsers.getOrDefault(userId, 0) == MAX_OF_A_USER) {
            throw Problem.tooManyRequests(1);
        }
        if (taken == MAX) {
            throw Problem.unavailable(null);
        }
        taken++;
        ofUsers.merge(userId, 1, Integer::sum);
    }

    synchronized void giveBack(String userId) {
        taken--;
        ofUsers.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
    }
}
