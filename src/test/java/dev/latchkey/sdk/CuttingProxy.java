package dev.latchkey.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** A network that loses responses after the server has done what it was asked. */
final class CuttingProxy implements AutoCloseable {
    private static final List<String> PASSED_ON =
            List.of("Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key");

    private final URI server;
    private final Loss loss;
    private final IntPredicate isCut;
    private final Map<String, AtomicInteger> responses = new ConcurrentHashMap<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer proxy;

    /** What the client gets instead. */
    enum Loss {
        BROKEN_OFF,
        UNAVAILABLE
    }

    /** {@code isCut} says which of the responses to each client are lost; the first of a new one is 1. */
    CuttingProxy(URI server, Loss loss, IntPredicate isCut) {
        this.server = server;
        this.loss = loss;
        this.isCut = isCut;
        try {
            proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        proxy.setExecutor(threads);
        proxy.createContext("/", this::handle);
        proxy.start();
    }

    /** The address for a client, whose responses are counted for themselves, as if it had had so many before. */
    String url(int before) {
        return "http://127.0.0.1:" + proxy.getAddress().getPort() + "/" + before;
    }

    int cuts() {
        return cuts.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String uri = exchange.getRequestURI().toString();
            int end = uri.indexOf('/', 1);
            HttpResponse<byte[]> response = send(exchange, server.resolve(uri.substring(end)));
            int number = responses
                    .computeIfAbsent(uri.substring(1, end), before -> new AtomicInteger(Integer.parseInt(before)))
                    .incrementAndGet();
            if (isCut.test(number)) {
                cuts.incrementAndGet();
                if (loss == Loss.UNAVAILABLE) {
                    exchange.sendResponseHeaders(503, -1);
                }
                return;
            }
            for (String header : List.of("Content-Type", "ETag", "Retry-After")) {
                response.headers().firstValue(header).ifPresent(value -> exchange.getResponseHeaders()
                        .set(header, value));
            }
            boolean isEmpty = response.body().length == 0;
            exchange.sendResponseHeaders(response.statusCode(), isEmpty ? -1 : response.body().length);
            exchange.getResponseBody().write(response.body());
        }
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, URI uri) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(
                        exchange.getRequestMethod(),
                        BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        for (String header : PASSED_ON) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header, value);
            }
        }
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        proxy.stop(0);
        threads.shutdownNow();
    }
}
