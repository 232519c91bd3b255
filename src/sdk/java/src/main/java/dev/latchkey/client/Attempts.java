package dev.latchkey.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Repeats what is worth repeating, a few times, and never for long. */
final class Attempts {
    private static final Duration WHERE_THE_SERVER_DOES_NOT_SAY = Duration.ofSeconds(1);

    private final Transport transport;
    private final int maxRetries;
    private final Duration maxWait;
    private final LatchkeyOptions.Sleeper sleeper;

    Attempts(Transport transport, LatchkeyOptions options) {
        this.transport = transport;
        this.maxRetries = options.maxRetries();
        this.maxWait = options.maxWait();
        this.sleeper = options.sleeper();
    }

    /** The answer in the end; if there is none, an exception. */
    Answer send(Operation operation, String accessToken) throws InterruptedException {
        Duration waited = Duration.ZERO;
        boolean unavailable = false;
        for (int retries = 0; ; retries++) {
            Answer answer = new Answer(once(operation, accessToken), unavailable);
            if (retries == maxRetries || !isWorthRepeating(operation, answer)) {
                return answer;
            }
            Duration wait = answer.retryAfter().orElse(WHERE_THE_SERVER_DOES_NOT_SAY);
            waited = waited.plus(wait);
            if (waited.compareTo(maxWait) > 0) {
                return answer;
            }
            unavailable |= answer.isUnavailable();
            sleeper.sleep(wait);
        }
    }

    /** What was too much has not been done; what was answered 503 may have been, if rarely. */
    private static boolean isWorthRepeating(Operation operation, Answer answer) {
        return answer.isTooManyRequests() || (answer.isUnavailable() && operation.isRepeatable());
    }

    /** Where the connection fails, nobody knows what was done; only a read may be tried again, once. */
    private HttpResponse<byte[]> once(Operation operation, String accessToken) throws InterruptedException {
        try {
            return transport.send(operation, accessToken);
        } catch (IOException e) {
            if (!operation.isRead() || e instanceof HttpTimeoutException) {
                throw unanswered(e);
            }
        }
        try {
            return transport.send(operation, accessToken);
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    private static LatchkeyException unanswered(IOException e) {
        return LatchkeyException.unanswered(
                e instanceof HttpTimeoutException ? "The server did not answer in time." : "The server did not answer.",
                e);
    }
}
