package dev.latchkey.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers what a server can hardly be brought to answer, and keeps what it was asked. */
final class StubServer implements AutoCloseable {
    static final String SUCCESS = "{\"status\":\"success\",\"message\":\"Done.\"}";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final List<Request> requests = new ArrayList<>();
    private Function<Request, Answer> answers = request -> {
        throw new AssertionError("Nothing was to be asked any more: " + request);
    };

    StubServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** What it was asked; the token and the other headers are null if there was none. */
    record Request(
            String method,
            String path,
            String query,
            String accept,
            String token,
            String ifMatch,
            String ifNoneMatch,
            String idempotencyKey,
            String body) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** What it answers; a null body breaks the connection off, unless there is a stream. */
    record Answer(int status, String body, Map<String, String> headers, StubStream stream) {

        Answer(int status, String body, Map<String, String> headers) {
            this(status, body, headers, null);
        }

        static Answer events(StubStream stream) {
            return new Answer(200, null, Map.of("Content-Type", "text/event-stream"), stream);
        }

        static Answer success(String body) {
            return new Answer(200, body, Map.of());
        }

        static Answer error(int status, String code, String message) {
            return error(status, code, message, Map.of());
        }

        static Answer error(int status, String code, String message, Map<String, String> headers) {
            return new Answer(
                    status,
                    "{\"status\":\"error\",\"code\":\"%s\",\"message\":\"%s\",\"request_id\":\"5f2b\"}"
                            .formatted(code, message),
                    headers);
        }

        static Answer busy(int seconds) {
            return error(503, "UNAVAILABLE", "Busy.", Map.of("Retry-After", String.valueOf(seconds)));
        }

        static Answer tooMany(int seconds) {
            return error(429, "TOO_MANY_REQUESTS", "Too many.", Map.of("Retry-After", String.valueOf(seconds)));
        }

        static Answer tokenRefused() {
            return error(401, "INVALID_TOKEN", "Refused.", Map.of("WWW-Authenticate", "Bearer"));
        }

        static Answer tokens(String access, String refresh) {
            return success("""
                    {"status":"success","message":"Done.","data":
                    {"access_token":"%s","expires_in":3600,"refresh_token":"%s","refresh_expires_in":86400}}
                    """.formatted(access, refresh));
        }

        static Answer entry(String value) {
            return success("{\"status\":\"success\",\"data\":{\"key\":\"key\",\"value\":\"" + value + "\"}}");
        }

        static Answer brokenOff() {
            return new Answer(0, null, Map.of());
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers these, one after the other. */
    synchronized void answer(Answer... expected) {
        Deque<Answer> queue = new ArrayDeque<>(List.of(expected));
        answers = request -> {
            synchronized (queue) {
                return queue.removeFirst();
            }
        };
    }

    synchronized void answer(Function<Request, Answer> function) {
        answers = function;
    }

    /** Method and path of each request so far. */
    synchronized List<String> asked() {
        return requests.stream().map(Request::toString).toList();
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        Answer answer;
        try {
            answer = answer(exchange);
        } catch (IOException | RuntimeException | Error e) {
            exchange.close();
            throw e;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        if (answer.stream() != null) {
            exchange.sendResponseHeaders(answer.status(), 0);
            // To close the exchange would end the stream as if it were whole.
            answer.stream().write(exchange.getResponseBody());
            return;
        }
        try (exchange) {
            if (answer.body() != null) {
                byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        Request request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                exchange.getRequestURI().getRawQuery(),
                exchange.getRequestHeaders().getFirst("Accept"),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("If-Match"),
                exchange.getRequestHeaders().getFirst("If-None-Match"),
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Function<Request, Answer> function;
        synchronized (this) {
            requests.add(request);
            function = answers;
        }
        return function.apply(request);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
