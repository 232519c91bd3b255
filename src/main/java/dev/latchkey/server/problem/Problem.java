package dev.latchkey.server.problem;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The exception for all errors of the contract.
 *
 * <p>It is a response, not a fault: it has no stack trace and is not logged.
 */
public final class Problem extends RuntimeException {
    /** The header of a response that is the one to an earlier request. */
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final transient List<InvalidField> invalidFields;
    private final transient Map<String, String> headers;
    private final Long revision;

    private Problem(ErrorCode code, List<InvalidField> invalidFields, Map<String, String> headers, Throwable cause) {
        this(code, invalidFields, headers, null, cause);
    }

    private Problem(
            ErrorCode code,
            List<InvalidField> invalidFields,
            Map<String, String> headers,
            Long revision,
            Throwable cause) {
        super(code.name(), cause, false, false);
        this.code = code;
        this.revision = revision;
        this.invalidFields = List.copyOf(invalidFields);
        this.headers = Map.copyOf(headers);
    }

    public Problem(ErrorCode code) {
        this(code, List.of(), Map.of(), null);
    }

    /** An error that also says which fields are wrong, and how. */
    public Problem(ErrorCode code, List<InvalidField> invalidFields) {
        this(code, invalidFields, Map.of(), null);
    }

    /** 503: the server is too busy, or cannot reach its database. {@code cause} may be null and is not sent. */
    public static Problem unavailable(Throwable cause) {
        return new Problem(ErrorCode.UNAVAILABLE, List.of(), Map.of(HttpHeaders.RETRY_AFTER, "1"), cause);
    }

    /** 429: a limit is used up; {@code retryAfter} is in seconds. */
    public static Problem tooManyRequests(long retryAfter) {
        return new Problem(
                ErrorCode.TOO_MANY_REQUESTS,
                List.of(),
                Map.of(HttpHeaders.RETRY_AFTER, Long.toString(retryAfter)),
                null);
    }

    /** 401 for a protected call without credentials, or with a scheme other than Bearer (RFC 6750, section 3.1). */
    public static Problem tokenMissing() {
        return unauthorized(ErrorCode.INVALID_TOKEN, "Bearer");
    }

    /** 401 for a protected call whose token is refused (RFC 6750, section 3.1). */
    public static Problem tokenInvalid() {
        return unauthorized(ErrorCode.INVALID_TOKEN, "Bearer error=\"invalid_token\"");
    }

    /** 401 for an invalid refresh token. */
    public static Problem refreshTokenInvalid() {
        return unauthorized(ErrorCode.INVALID_REFRESH_TOKEN, "Bearer error=\"invalid_token\"");
    }

    /** 401 for a failed log-in, the same for every reason. */
    public static Problem invalidCredentials() {
        return unauthorized(ErrorCode.INVALID_CREDENTIALS, "Bearer");
    }

    /** 412 with the current {@code ETag} of the entry; {@code etag} is null if there is no entry. */
    public static Problem preconditionFailed(String etag, List<InvalidField> fields) {
        return new Problem(
                ErrorCode.PRECONDITION_FAILED, fields, etag == null ? Map.of() : Map.of(HttpHeaders.ETAG, etag), null);
    }

    /** 410: the changes of the user's data cannot be followed from where the client is; {@code revision} is that of the data now. */
    public static Problem changesGone(long revision) {
        return new Problem(ErrorCode.CHANGES_GONE, List.of(), Map.of(), revision, null);
    }

    /** 405 with the methods that the path has. */
    static Problem methodNotAllowed(String allow) {
        return new Problem(ErrorCode.METHOD_NOT_ALLOWED, List.of(), Map.of(HttpHeaders.ALLOW, allow), null);
    }

    private static Problem unauthorized(ErrorCode code, String challenge) {
        return new Problem(code, List.of(), Map.of(HttpHeaders.WWW_AUTHENTICATE, challenge), null);
    }

    /** The same error, as the response to an earlier request with the same {@code Idempotency-Key}. */
    public Problem replayed() {
        Map<String, String> more = new HashMap<>(headers);
        more.put(REPLAYED, "true");
        return new Problem(code, invalidFields, more, null);
    }

    public ErrorCode code() {
        return code;
    }

    public List<InvalidField> invalidFields() {
        return invalidFields;
    }

    /** Null, unless the changes of the user's data are gone. */
    public Long revision() {
        return revision;
    }

    Map<String, String> headers() {
        return headers;
    }
}
