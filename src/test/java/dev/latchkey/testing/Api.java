package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Plain HTTP calls; {@link Contract} checks every answer before a test sees it. */
public final class Api {
    public static final String PASSWORD = "secure_password123";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final URI base;
    private final HttpClient http;

    public Api(URI base) {
        this(Prism.before(base), HTTP);
    }

    /** With a client of its own, such as one that trusts the server's certificate. */
    public Api(URI base, HttpClient http) {
        this.base = base;
        this.http = http;
    }

    /** An answer that the contract declares. */
    public record Answer(Exchange exchange) {

        public int status() {
            return exchange.status();
        }

        public String header(String name) {
            return exchange.header(name).orElse(null);
        }

        public JsonNode body() {
            try {
                return MAPPER.readTree(exchange.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The error code, or null. */
        public String code() {
            return body().path("code").textValue();
        }

        /** Status and error code in one, such as {@code 404 KEY_NOT_FOUND}, or {@code 200}. */
        public String outcome() {
            return code() == null ? String.valueOf(status()) : status() + " " + code();
        }

        @Override
        public String toString() {
            return exchange.toString();
        }
    }

    /** {@code headers} are pairs of a name and a value; a null body is none. */
    public Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Map<String, List<String>> lowerCase = new TreeMap<>();
            response.headers().map().forEach((name, values) -> lowerCase.put(name.toLowerCase(Locale.ROOT), values));
            Exchange exchange = new Exchange(
                    method, response.request().uri().getRawPath(), response.statusCode(), lowerCase, response.body());
            exchange.header(Prism.VIOLATIONS).ifPresent(violations -> {
                throw new AssertionError("Prism finds " + violations + " in " + exchange);
            });
            Contract.check(exchange);
            Prism.record(exchange, sent(headers), body);
            return new Answer(exchange);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Pairs of a name and a value as HTTP understands them. */
    private static Map<String, String> sent(String... headers) {
        Map<String, String> sent = new TreeMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            sent.merge(headers[i].toLowerCase(Locale.ROOT), headers[i + 1], (first, next) -> first + ", " + next);
        }
        return sent;
    }

    /** A call with a JSON body. */
    public Answer json(String method, String path, String body) {
        return send(method, path, body, "Content-Type", "application/json");
    }

    /** A call of the user whose token this is; a null body is none. */
    public Answer as(String token, String method, String path, String body) {
        return body == null
                ? send(method, path, null, "Authorization", "Bearer " + token)
                : send(method, path, body, "Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    public Answer create(String token, String key, String value) {
        return as(token, "POST", "/api/data", object("key", key, "value", value).toString());
    }

    public Answer read(String token, String key) {
        return as(token, "GET", "/api/data/" + segment(key), null);
    }

    public Answer update(String token, String key, String value) {
        return as(
                token,
                "PUT",
                "/api/data/" + segment(key),
                object("value", value).toString());
    }

    public Answer delete(String token, String key) {
        return as(token, "DELETE", "/api/data/" + segment(key), null);
    }

    public Answer register(String username) {
        return json("POST", "/api/register", registration(username).toString());
    }

    public Answer logIn(String username, String password) {
        return json(
                "POST",
                "/api/token",
                object("username", username, "password", password).toString());
    }

    /** The tokens of a log-in with a refresh token, of a user whose password is {@link #PASSWORD}. */
    public Tokens logIn(String username) {
        String body = object("username", username, "password", PASSWORD)
                .put("refresh", true)
                .toString();
        return Tokens.of(json("POST", "/api/token", body));
    }

    /** Uses a refresh token. */
    public Answer refresh(String refreshToken) {
        return json(
                "POST",
                "/api/token/refresh",
                object("refresh_token", refreshToken).toString());
    }

    /** What a log-in or a refresh gives. */
    public record Tokens(String access, String refresh) {

        /** Those of a successful answer. */
        public static Tokens of(Answer answer) {
            JsonNode data = answer.body().path("data");
            return new Tokens(
                    data.path("access_token").textValue(),
                    data.path("refresh_token").textValue());
        }
    }

    /** The access token of a new user. */
    public String newToken() {
        String username = newName();
        register(username);
        return logIn(username, PASSWORD).body().at("/data/access_token").textValue();
    }

    /** A username that nobody has. */
    public static String newName() {
        return "user" + NUMBER.incrementAndGet();
    }

    /** A registration in which nothing is wrong. */
    public static ObjectNode registration(String username) {
        return object(
                        "username",
                        username,
                        "email",
                        username + "@example.com",
                        "password",
                        PASSWORD,
                        "full_name",
                        "John Doe",
                        "gender",
                        "male")
                .put("age", 30);
    }

    /** As many code points as a password may have, each of two UTF-16 units. */
    public static String longestPassword() {
        return IntStream.range(0, 256)
                .map(i -> 0x1F300 + i * 89 % 256)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A JSON object of pairs of a name and a string. */
    public static ObjectNode object(String... members) {
        ObjectNode object = MAPPER.createObjectNode();
        for (int i = 0; i < members.length; i += 2) {
            object.put(members[i], members[i + 1]);
        }
        return object;
    }

    /** One path segment, percent-encoded (RFC 3986). */
    public static String segment(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
