package dev.latchkey.client;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * The response of the server.
 *
 * @param afterUnavailable whether an earlier attempt got a 503, and may have been done nevertheless
 */
record Answer(HttpResponse<byte[]> response, boolean afterUnavailable) {
    private static final int NOT_MODIFIED = 304;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    int status() {
        return response.statusCode();
    }

    byte[] body() {
        return response.body();
    }

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

    Optional<String> header(String name) {
        return response.headers().firstValue(name);
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
}
