package dev.latchkey.client;

import java.io.IOException;
import java.math.BigDecimal;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends one request and reads its whole response. */
final class Transport {
    /** The same in all our clients: http or https, host, port and path; no credentials, and no query or fragment, which would swallow the paths. */
    private static final Pattern ADDRESS = Pattern.compile(
            "https?://(?:\\[[0-9a-f:.]+]|[^\\x00-\\x20\\x7f/?#@:\\[\\]\\\\%]+)(?::([0-9]{1,5}))?(?:/[^\\x00-\\x20\\x7f?#\\\\]*)?",
            Pattern.CASE_INSENSITIVE);

    private static final int MAX_PORT = 65_535;
    private static final String USER_AGENT = "latchkey-client/" + UsersApi.VERSION + " (Java)";

    private final String url;
    private final HttpClient http;
    private final Duration timeout;

    Transport(String url, LatchkeyOptions options) {
        Matcher address = ADDRESS.matcher(url);
        this.url = url.replaceAll("/+$", "");
        if (!address.matches()
                || !isPort(address.group(1))
                || URI.create(this.url).getHost() == null) {
            throw new IllegalArgumentException(
                    "\"" + url + "\" is no address of a server. It has to be one such as http://localhost:3000");
        }
        this.http = options.httpClient();
        this.timeout = options.timeout();
    }

    private static boolean isPort(String port) {
        return port == null || (Integer.parseInt(port) > 0 && Integer.parseInt(port) <= MAX_PORT);
    }

    String label(Operation operation) {
        return operation.label(url);
    }

    /** {@code token} may be null. An interrupt or the timeout ends the request at any point, also in the middle of the response. */
    HttpResponse<byte[]> send(Operation operation, String accessToken) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request(operation, accessToken), BodyHandlers.ofByteArray());
        try {
            return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw late(timeout);
        } finally {
            response.cancel(true);
        }
    }

    /** {@code token} may be null. Gives the response as soon as its head is there, and reads the whole of it only if it is no stream of events. */
    Opened open(Operation operation, String accessToken, Duration limit) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<Opened>> response =
                http.sendAsync(request(operation, accessToken), Opened::subscriber);
        boolean isOpen = false;
        try {
            Opened opened = response.get(limit.toNanos(), TimeUnit.NANOSECONDS).body();
            isOpen = true;
            return opened;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw late(limit);
        } finally {
            if (!isOpen && !response.cancel(true) && !response.isCompletedExceptionally()) {
                response.join().body().close();
            }
        }
    }

    private static HttpTimeoutException late(Duration limit) {
        return new HttpTimeoutException("no answer within " + seconds(limit) + " seconds");
    }

    /** Such as {@code 0.5}. */
    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    private HttpRequest request(Operation operation, String accessToken) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + operation.pathAndQuery()))
                .method(
                        operation.method(),
                        operation.body() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(operation.body()));
        request.header("User-Agent", USER_AGENT);
        operation.headers().forEach(request::header);
        if (accessToken != null) {
            request.header("Authorization", "Bearer " + accessToken);
        }
        return request.build();
    }
}
