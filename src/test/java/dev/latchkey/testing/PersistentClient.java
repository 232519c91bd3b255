package dev.latchkey.testing;

import dev.latchkey.testing.Model.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that sends one request after the other over one connection as long as the server keeps it, and knows exactly what became of
 * each.
 */
public final class PersistentClient {
    private static final int KEYS = 30;

    private final String username;
    private final Random random;
    private final Map<Slot, String> entries = new HashMap<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger lastAnswers = new AtomicInteger();
    private final AtomicInteger neverTaken = new AtomicInteger();
    private String token;
    private int number;
    private RawConnection connection;
    private boolean isFresh;

    public PersistentClient(String username, long seed) {
        this.username = username;
        this.random = new Random(seed);
    }

    /** What must be in the store: all that was acknowledged, and nothing else. */
    public Map<Slot, String> entries() {
        return entries;
    }

    /** How many requests were answered. */
    public int answers() {
        return answers.get();
    }

    /** How many answers were the last ones of their connections. */
    public int lastAnswers() {
        return lastAnswers.get();
    }

    /** How many connections were reset before anything came over them. */
    public int neverTaken() {
        return neverTaken.get();
    }

    /** Works until the server accepts no connection any more. Any answer but success, and none to what the server has taken, is an error. */
    public void workUntilRefused(int port) {
        try {
            while (true) {
                step(port);
            }
        } catch (ConnectException refused) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            hangUp();
        }
    }

    private void step(int port) throws IOException {
        if (token == null) {
            String registration = Api.registration(username).toString();
            if (send(port, "POST", "/api/register", registration, 201) == null) {
                return;
            }
            logIn(port);
            return;
        }
        if (random.nextInt(30) == 0) {
            logIn(port);
            return;
        }
        String key = "key-" + random.nextInt(KEYS);
        Slot slot = new Slot(username, key);
        if (random.nextInt(3) == 0) {
            String before = entries.get(slot);
            Api.Answer answer = send(port, "GET", "/api/data/" + key, null, before == null ? 404 : 200);
            if (answer != null
                    && before != null
                    && !answer.body().at("/data/value").asText().equals(before)) {
                throw new AssertionError("Not " + before + ": " + answer);
            }
            return;
        }
        String value = username + " wrote " + ++number + " " + "x".repeat(random.nextInt(3_000));
        if (send(
                        port,
                        "PUT",
                        "/api/data/" + key + "?upsert=true",
                        Api.object("value", value).toString(),
                        200,
                        201)
                != null) {
            entries.put(slot, value);
        }
    }

    private void logIn(int port) throws IOException {
        String credentials =
                Api.object("username", username, "password", Api.PASSWORD).toString();
        Api.Answer answer = send(port, "POST", "/api/token", credentials, 200);
        if (answer != null) {
            token = answer.body().at("/data/access_token").textValue();
        }
    }

    /** Null if the server has never taken the connection. */
    private Api.Answer send(int port, String method, String path, String body, int... statuses) throws IOException {
        if (connection == null) {
            try {
                connection = RawConnection.to(port);
            } catch (ConnectException refused) {
                throw refused;
            } catch (SocketException reset) {
                // While the server ended listening.
                neverTaken.incrementAndGet();
                return null;
            }
            isFresh = true;
        }
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: a\r\n");
        if (token != null) {
            request.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        if (body != null) {
            request.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length())
                    .append("\r\n");
        }
        request.append("\r\n").append(body == null ? "" : body);
        if (!connection.isTaken(request.toString())) {
            if (!isFresh) {
                throw new AssertionError("No answer to " + method + " " + path + " over a connection in use");
            }
            neverTaken.incrementAndGet();
            hangUp();
            return null;
        }
        Exchange exchange = connection.answer(method, path);
        isFresh = false;
        answers.incrementAndGet();
        if (exchange.header("Connection").filter("close"::equals).isPresent()) {
            lastAnswers.incrementAndGet();
            hangUp();
        }
        for (int status : statuses) {
            if (exchange.status() == status) {
                return new Api.Answer(exchange);
            }
        }
        throw new AssertionError("Nothing is wrong with this server: " + exchange);
    }

    private void hangUp() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connection = null;
    }
}
