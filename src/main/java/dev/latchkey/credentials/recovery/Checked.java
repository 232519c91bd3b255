package dev.latchkey.credentials.recovery;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Duration;

/**
 * What came of a code or token.
 *
 * @param found null if it is not good
 * @param userId whom it was for, also if it was wrong; or null
 * @param toNext how long no code is looked at any more; null if it was
 */
record Checked<T>(T found, String userId, Duration toNext) {
    private static final long MAX_RETRY_AFTER = 3600;

    static <T> Checked<T> of(T found, String userId) {
        return new Checked<>(found, userId, null);
    }

    static <T> Checked<T> wrong(String userId) {
        return new Checked<>(null, userId, null);
    }

    static <T> Checked<T> tooMany(Duration toNext) {
        return new Checked<>(null, null, toNext);
    }

    /** The same failure of something else. */
    <U> Checked<U> failed() {
        return new Checked<>(null, userId, toNext);
    }

    /**
     * What was found.
     *
     * @param failure what to record if there is nothing
     * @throws Problem INVALID_CODE or TOO_MANY_REQUESTS
     */
    T orThrow(AuditEvent failure) {
        if (found != null) {
            return found;
        }
        AuditLog.record(failure, userId, "reason", toNext == null ? "wrong code" : "too many wrong codes");
        throw toNext == null
                ? new Problem(ErrorCode.INVALID_CODE)
                : Problem.tooManyRequests(Math.max(1, Math.min(MAX_RETRY_AFTER, toNext.toSeconds())));
    }
}
