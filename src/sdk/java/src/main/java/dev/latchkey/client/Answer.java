package dev.latchkey.client;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * What the server answered.
 *
 * @param afterUnavailable whether there was an attempt before that was answered 503, and may have been done all the same
 */
record Answer(HttpResponse<byte[]> response, boolean afterUnavailable) {
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

    boolean isTooManyRequests() {
        return status() == TOO_MANY_REQUESTS;
    }

    boolean isUnavailable() {
        return status() == UNAVAILABLE;
    }

    Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** Empty if it is not there, or not in seconds, as something between here and the server may write it. */
    Optional<Duration> retryAfter() {
        return header("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }
}
