package dev.latchkey.client;

import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ErrorResponse;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/**
 * The response of the server.
 *
 * @param afterUnavailable whether an earlier attempt got a 503, and may have been done nevertheless
 */
record Answer(int status, HttpHeaders headers, byte[] body, boolean afterUnavailable) {
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_MODIFIED = 304;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    boolean isSuccess() {
        return status() / 100 == 2;
    }

    boolean isNotModified() {
        return status() == NOT_MODIFIED;
    }

    boolean isTooManyRequests() {
        return status() == TOO_MANY_REQUESTS;
    }

    boolean isUnavailable() {
        return status() == UNAVAILABLE;
    }

    boolean isTokenRefused() {
        return status() == UNAUTHORIZED && code() == ErrorCode.INVALID_TOKEN;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Null if there is none. */
    String etag() {
        return header("ETag").orElse(null);
    }

    /** Empty if it is absent, or not in seconds, since a proxy may write it as a date. */
    Optional<Duration> retryAfter() {
        return header("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    /** Empty if it is no error of Latchkey. */
    Optional<ErrorResponse> error() {
        try {
            return Optional.ofNullable(Json.read(body, ErrorResponse.class))
                    .filter(error -> error.getCode() != null && error.getMessage() != null);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    ErrorCode code() {
        return error().map(ErrorResponse::getCode).orElse(ErrorCode.UNKNOWN);
    }
}
