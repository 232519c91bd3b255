package dev.latchkey.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import java.util.List;

/**
 * What became of an {@link Operation}.
 *
 * @param refusal why nothing was done; null if it was done
 * @param isNew whether an entry was created
 * @param revision of the entry as it is now, or of its deletion; null if it is not known or there is none
 */
record Outcome(ErrorCode refusal, boolean isNew, Long revision) {

    static Outcome done(boolean isNew, Long revision) {
        return new Outcome(null, isNew, revision);
    }

    static Outcome refused(ErrorCode refusal) {
        return new Outcome(refusal, false, null);
    }

    @JsonIgnore
    boolean isDone() {
        return refusal == null;
    }

    /** The entity tag, or null. */
    String etag() {
        return revision == null ? null : Entry.etag(revision);
    }

    /** The error of the contract, if it was refused. */
    Problem problem(List<InvalidField> fields) {
        return refusal == ErrorCode.PRECONDITION_FAILED
                ? Problem.preconditionFailed(etag(), fields)
                : new Problem(refusal, fields);
    }
}
