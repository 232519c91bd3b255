package dev.latchkey.client;

import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A call failed. Program against {@link #getCode} and {@link #getKind}; where that is REFUSED, {@link #getMessage} can be shown to a user. */
public final class LatchkeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Never null. */
    private final ErrorKind kind;

    /** 0 if there was no response. */
    private final int status;

    /** Never null. */
    private final ErrorCode code;

    /** Null if there was no response. */
    private final String requestId;

    /** Null if the server did not say. */
    private final Duration retryAfter;

    /** Null if the server did not say. */
    private final String etag;

    /** Not serializable; null after that. */
    private final transient List<FieldError> errors;

    private LatchkeyException(
            String message,
            Throwable cause,
            ErrorKind kind,
            int status,
            ErrorCode code,
            List<FieldError> errors,
            String requestId,
            Duration retryAfter,
            String etag) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
        this.code = code;
        this.errors = errors;
        this.requestId = requestId;
        this.retryAfter = retryAfter;
        this.etag = etag;
    }

    /** There was no response, for this reason. */
    static LatchkeyException unanswered(ErrorKind kind, String message, Throwable cause) {
        return new LatchkeyException(message, cause, kind, 0, ErrorCode.UNKNOWN, List.of(), null, null, null);
    }

    /** Nobody is logged in; the server would refuse it. */
    static LatchkeyException notLoggedIn() {
        return new LatchkeyException(
                "You are not logged in: call logIn first.",
                null,
                ErrorKind.NOT_LOGGED_IN,
                401,
                ErrorCode.INVALID_TOKEN,
                List.of(),
                null,
                null,
                null);
    }

    /** There was a response: an error of Latchkey, or something else. */
    static LatchkeyException answered(
            ErrorKind kind, Answer answer, ErrorCode code, String message, List<FieldError> errors, Throwable cause) {
        return new LatchkeyException(
                message,
                cause,
                kind,
                answer.status(),
                code,
                errors,
                answer.header("X-Request-Id").orElse(null),
                answer.retryAfter().orElse(null),
                kind == ErrorKind.UNUSABLE_ANSWER ? null : answer.etag());
    }

    /**
     * The kind of the failure.
     *
     * @return never null
     */
    public ErrorKind getKind() {
        return kind;
    }

    /**
     * The HTTP status.
     *
     * @return 0 if there was no response: no connection, a timeout, an interrupt; {@link #getCause} says which
     */
    public int getStatus() {
        return status;
    }

    /**
     * The error code.
     *
     * @return {@link ErrorCode#UNKNOWN} if there is no code, or this version of the client does not know it
     */
    public ErrorCode getCode() {
        return code;
    }

    /**
     * What exactly is wrong, field by field.
     *
     * @return empty if there are no details
     */
    public List<FieldError> getErrors() {
        return errors == null ? List.of() : errors;
    }

    /**
     * The id of the request in the server's log; quote it to the operator.
     *
     * @return empty if there was no response
     */
    public Optional<String> getRequestId() {
        return Optional.ofNullable(requestId);
    }

    /**
     * How long to wait before a retry.
     *
     * @return empty if the server did not say
     */
    public Optional<Duration> getRetryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * The ETag that the entry has now, if the server says {@link ErrorCode#PRECONDITION_FAILED} or {@link ErrorKind#NOT_MODIFIED}.
     *
     * @return empty if there is no such entry, and for every other failure
     */
    public Optional<String> getEtag() {
        return Optional.ofNullable(etag);
    }

    /** The details for a log; the message alone is for users. */
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return getClass().getName() + ": " + (status == 0 ? "" : status + " " + code + ": ") + getMessage()
                + (errors == null || errors.isEmpty() ? "" : " " + errors)
                + (requestId == null ? "" : " (request " + requestId + ")");
    }
}
