package dev.latchkey.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request and its whole answer. */
final class Transport {
    private final String url;
    private final HttpClient http;
    private final Duration timeout;

    Transport(String url, LatchkeyOptions options) {
        this.url = url.replaceAll("/+$", "");
        URI uri = URI.create(this.url);
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        // A query would swallow the paths.
        if (!isHttp || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    url + " is no address of a server, such as https://accounts.example.com");
        }
        this.http = options.httpClient();
        this.timeout = options.timeout();
    }

    /** A null token is none. An interrupt or the timeout ends it wherever it is, also in the middle of the answer. */
    HttpResponse<byte[]> send(Operation operation, String accessToken) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request(operation, accessToken), BodyHandlers.ofByteArray());
        try {
            return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("No answer within " + timeout);
        } finally {
            response.cancel(true);
        }
    }

    private HttpRequest request(Operation operation, String accessToken) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + operation.pathAndQuery()))
                .method(
                        operation.method(),
                        operation.body() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(operation.body()));
        operation.headers().forEach(request::header);
        if (accessToken != null) {
            request.header("Authorization", "Bearer " + accessToken);
        }
        return request.build();
    }
}
