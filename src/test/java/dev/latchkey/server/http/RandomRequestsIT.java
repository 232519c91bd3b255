package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RandomSequences;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Promise 24: whatever is asked for, and however, the contract declares the answer.
 *
 * <p>{@code -Dlatchkey.requests} says how many, {@code -Dlatchkey.seed} which.
 */
final class RandomRequestsIT {
    private static final int REQUESTS = Integer.getInteger("latchkey.requests", 2_000);
    private static final int LENGTH = 50;

    /** With all that can be turned on. */
    @RegisterExtension
    static final ServerExtension SERVER =
            new ServerExtension(Engine.SQLITE, "mail.mode", "log", "logIn.byEmail", "true", "logIn.byAddress", "true");

    private RawConnection connection;
    private String token;

    @AfterEach
    void close() throws IOException {
        if (connection != null) {
            connection.close();
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void everyAnswerIsDeclared() {
        long seed = RandomSequences.firstSeed();
        System.out.println("RandomRequestsIT: " + REQUESTS + " requests, -Dlatchkey.seed=" + seed);
        RandomSequences.forEach(
                seed, (REQUESTS + LENGTH - 1) / LENGTH, random -> RandomRequest.some(random, LENGTH), this::sendAll);
    }

    private void sendAll(List<RandomRequest> requests) throws IOException {
        renew();
        for (RandomRequest request : requests) {
            Exchange answer;
            try {
                answer = send(request);
            } catch (IOException e) {
                throw new IOException("No answer to " + request, e);
            }
            assertThat(answer.status()).as("%s -> %s", request, answer).isNotIn(500, 503);
            if (answer.header("Connection").orElse("").equals("close")) {
                connection.expectEnd();
                renew();
            }
            if (isSignedOut(request, answer)) {
                token = null;
            }
        }
    }

    private Exchange send(RandomRequest request) throws IOException {
        if (token == null) {
            token = SERVER.api().newToken();
        }
        String head = request.method() + " " + request.head().replace(RandomRequest.TOKEN, token);
        if (!request.waitsToContinue()) {
            return connection.send(head + request.body()).answer(request.method(), request.path());
        }
        connection.send(head);
        if (connection.isToldToContinue()) {
            connection.send(request.body());
        }
        return connection.answer(request.method(), request.path());
    }

    private static boolean isSignedOut(RandomRequest request, Exchange answer) {
        return answer.status() < 300
                && request.method().equals("DELETE")
                && !request.path().startsWith("/api/data");
    }

    private void renew() throws IOException {
        close();
        connection = RawConnection.to(SERVER);
    }
}
