package dev.latchkey.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Retries calls where that may help, within limits of count and time. */
final class Attempts {
    private static final Duration WHERE_THE_SERVER_DOES_NOT_SAY = Duration.ofSeconds(1);

    private final Transport transport;
    private final int maxRetries;
    private final Duration maxWait;
    private final LatchkeyOptions.Sleeper sleeper;
    private final Clock clock;
    private final Consumer<String> log;

    Attempts(Transport transport, LatchkeyOptions options) {
        this.transport = transport;
        this.maxRetries = options.maxRetries();
        this.maxWait = options.maxWait();
        this.sleeper = options.sleeper();
        this.clock = options.clock();
        this.log = options.log();
    }

    /** The final response; throws if there is none. */
    Answer send(Operation operation, String accessToken) throws InterruptedException {
        Duration waited = Duration.ZERO;
        boolean unavailable = false;
        for (int retries = 0; ; retries++) {
            Instant began = clock.instant();
            HttpResponse<byte[]> response = once(operation, accessToken);
            Answer answer = new Answer(response.statusCode(), response.headers(), response.body(), unavailable);
            log.accept(describe(operation, answer, began));
            if (retries == maxRetries || !isWorthRepeating(operation, answer)) {
                return answer;
            }
            Duration wait = answer.retryAfter().orElse(WHERE_THE_SERVER_DOES_NOT_SAY);
            waited = waited.plus(wait);
            if (waited.compareTo(maxWait) > 0) {
                return answer;
            }
            unavailable |= answer.isUnavailable();
            pause(operation, wait);
        }
    }

    /** Sends it once, and gives the response when its head is there, which has to be within this time. Throws if there is none. */
    Opened open(Operation operation, String accessToken, Duration limit) throws InterruptedException {
        Instant began = clock.instant();
        try {
            Opened opened = transport.open(operation, accessToken, limit);
            log.accept(describe(operation, opened.answer(), began));
            return opened;
        } catch (IOException e) {
            LatchkeyException failure = unanswered(operation, e);
            log.accept(failure.getMessage());
            throw failure;
        }
    }

    /** Waits before it is sent again. */
    void pause(Operation operation, Duration wait) throws InterruptedException {
        log(operation, "again in " + Transport.seconds(wait) + " s");
        sleeper.sleep(wait);
    }

    void log(Operation operation, String line) {
        log.accept(transport.label(operation) + ": " + line);
    }

    /** After a 429 nothing was done; after a 503, the call may have been done, if rarely. */
    private static boolean isWorthRepeating(Operation operation, Answer answer) {
        return answer.isTooManyRequests() || (answer.isUnavailable() && operation.isRepeatable());
    }

    /** If the connection fails, the outcome is unknown. A call that does no harm if it is done twice is retried once. */
    private HttpResponse<byte[]> once(Operation operation, String accessToken) throws InterruptedException {
        for (boolean isLast = !operation.isAlwaysRepeatable(); ; isLast = true) {
            try {
                return transport.send(operation, accessToken);
            } catch (IOException e) {
                LatchkeyException failure = unanswered(operation, e);
                log.accept(failure.getMessage());
                if (isLast || e instanceof HttpTimeoutException) {
                    throw failure;
                }
            }
        }
    }

    private LatchkeyException unanswered(Operation operation, IOException e) {
        boolean isConnected = !(e instanceof ConnectException || e instanceof HttpConnectTimeoutException);
        String warning = isConnected && !operation.isRead() ? " It may have been done all the same." : "";
        boolean isLate = e instanceof HttpTimeoutException;
        String what = isLate ? e.getMessage() + "." : "no answer (" + reason(e) + ").";
        return LatchkeyException.unanswered(
                isLate ? ErrorKind.TIMEOUT : ErrorKind.NO_ANSWER,
                transport.label(operation) + ": " + what + warning,
                e);
    }

    /** The JDK's exceptions often have no message. */
    private static String reason(IOException e) {
        if (e instanceof ConnectException) {
            return "no connection";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private String describe(Operation operation, Answer answer, Instant began) {
        long took = Duration.between(began, clock.instant()).toMillis();
        return transport.label(operation) + ": " + answer.status() + " in " + took + " ms, request "
                + answer.header("X-Request-Id").orElse("without an id");
    }

    /** The name of a call in messages. */
    String label(Operation operation) {
        return transport.label(operation);
    }
}
