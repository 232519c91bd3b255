package dev.latchkey.data;

import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import java.util.List;

/**
 * What became of the operations of one request.
 *
 * @param outcomes one for each operation; if one was refused, it is the last, and nothing was done
 * @param isReplayed whether an earlier request with the same {@code Idempotency-Key} did them
 */
record Applied(List<Outcome> outcomes, boolean isReplayed) {

    Applied {
        outcomes = List.copyOf(outcomes);
    }

    boolean isDone() {
        return last().isDone();
    }

    Outcome last() {
        return outcomes.get(outcomes.size() - 1);
    }

    /** The error of the contract, if one was refused; it names the operation if the request was a batch. */
    Problem problem(boolean isBatch) {
        Problem problem = isBatch
                ? last().problem(List.of(
                        new InvalidField("operations[" + (outcomes.size() - 1) + "]", "cannot be done")))
                : last().problem(List.of());
        return isReplayed ? problem.replayed() : problem;
    }
}
