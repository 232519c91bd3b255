package dev.latchkey.client;

import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ErrorResponse;
import dev.latchkey.client.model.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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

    /** Null if the server did not say. */
    private final Long revision;

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
            String etag,
            Long revision) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
        this.code = code;
        this.errors = errors;
        this.requestId = requestId;
        this.retryAfter = retryAfter;
        this.etag = etag;
        this.revision = revision;
    }

    /** There was no response, for this reason. */
    static LatchkeyException unanswered(ErrorKind kind, String message, Throwable cause) {
        return new LatchkeyException(message, cause, kind, 0, ErrorCode.UNKNOWN, List.of(), null, null, null, null);
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
                null,
                null);
    }

    /** The thread was interrupted; the caller has to set its status again. */
    static LatchkeyException interrupted(String label, Throwable cause) {
        return unanswered(ErrorKind.NO_ANSWER, label + ": the call was interrupted.", cause);
    }

    /** The response is no success: an error of Latchkey, or something else. */
    static LatchkeyException refused(String label, Answer answer) {
        Optional<ErrorResponse> error = answer.error();
        return answered(
                error.isPresent() ? ErrorKind.REFUSED : ErrorKind.UNUSABLE_ANSWER,
                answer,
                error.map(ErrorResponse::getMessage).orElseGet(() -> notOurs(label, answer)),
                null);
    }

    /** The response should be a success, and is not as one of Latchkey is. */
    static LatchkeyException unusable(String label, Answer answer, Throwable cause) {
        return answered(ErrorKind.UNUSABLE_ANSWER, answer, notOurs(label, answer) + " Is the address right?", cause);
    }

    /** The entry is as the caller knows it. */
    static LatchkeyException notModified(String label, Answer answer) {
        return answered(ErrorKind.NOT_MODIFIED, answer, label + ": the entry has not changed.", null);
    }

    private static String notOurs(String label, Answer answer) {
        return label + ": the answer (status " + answer.status() + ") is not one of a Latchkey server.";
    }

    private static LatchkeyException answered(ErrorKind kind, Answer answer, String message, Throwable cause) {
        Optional<ErrorResponse> error = kind == ErrorKind.REFUSED ? answer.error() : Optional.empty();
        return new LatchkeyException(
                message,
                cause,
                kind,
                answer.status(),
                error.map(ErrorResponse::getCode).orElse(ErrorCode.UNKNOWN),
                error.map(ErrorResponse::getErrors).map(List::copyOf).orElse(List.of()),
                answer.header("X-Request-Id").orElse(null),
                answer.retryAfter().orElse(null),
                kind == ErrorKind.UNUSABLE_ANSWER ? null : answer.etag(),
                error.map(ErrorResponse::getRevision).orElse(null));
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

    /**
     * Where the user's data is now, if the server says {@link ErrorCode#CHANGES_GONE}.
     *
     * @return empty for every other failure
     */
    public OptionalLong getRevision() {
        return revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
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
