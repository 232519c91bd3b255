package dev.latchkey.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** A call of an operation, without a token. The generated classes make them. */
final class Operation {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String IF_NONE_MATCH = "If-None-Match";

    private final String id;
    private final String method;
    private Repeat repeat;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final String template;
    private String path;
    private String query = "";
    private boolean authorized;
    private boolean endsTheSession;
    private byte[] body;

    Operation(String id, String method, String path, Repeat repeat) {
        this.id = id;
        this.method = method;
        this.repeat = repeat;
        this.template = path;
        this.path = path;
        headers.put("Accept", "application/json");
    }

    /** A response of another kind than JSON. */
    Operation accept(String mediaType) {
        headers.put("Accept", mediaType);
        return this;
    }

    Operation authorized() {
        this.authorized = true;
        return this;
    }

    Operation endingTheSession() {
        this.endsTheSession = true;
        return this;
    }

    Operation path(String name, String value) {
        path = path.replace("{" + name + "}", encoded(Objects.requireNonNull(value, name)));
        return this;
    }

    /** Null is not sent. */
    Operation query(String name, Object value) {
        if (value != null) {
            query += (query.isEmpty() ? "?" : "&") + encoded(name) + "=" + encoded(value.toString());
        }
        return this;
    }

    /** Null is not sent, except that an idempotency key is chosen: the server does not do it twice then, so that it may always be repeated. */
    Operation header(String name, Object value) {
        if (name.equals(IDEMPOTENCY_KEY)) {
            repeat = Repeat.ALWAYS;
            headers.put(name, value == null ? UUID.randomUUID().toString() : value.toString());
        } else if (value != null) {
            headers.put(name, value.toString());
        }
        return this;
    }

    /** A text is sent as it is: it is lines of JSON. */
    Operation body(String mediaType, Object value) {
        headers.put("Content-Type", mediaType);
        Objects.requireNonNull(value, id);
        body = value instanceof String text ? Json.utf8(text) : Json.write(value);
        return this;
    }

    /** Whatever the contract says of it. */
    void repeatAlways() {
        repeat = Repeat.ALWAYS;
    }

    /** Encodes a segment of a path or a part of a query. */
    private static String encoded(String value) {
        return URLEncoder.encode(new String(Json.utf8(value), StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    /** Whether it may be retried after a 503, although it may have been done. */
    boolean isRepeatable() {
        return repeat != Repeat.NEVER;
    }

    /** Whether it may be retried after a connection failure. */
    boolean isAlwaysRepeatable() {
        return repeat == Repeat.ALWAYS;
    }

    /** Whether the server does it once, however often it is sent. */
    boolean isIdempotent() {
        return headers.containsKey(IDEMPOTENCY_KEY);
    }

    /** Whether its success ends the session, and so makes the tokens invalid. */
    boolean endsTheSession() {
        return endsTheSession;
    }

    boolean isRead() {
        return method.equals("GET");
    }

    /** Whether it asks for the entry only if that has changed. */
    boolean isReadIfChanged() {
        return isRead() && headers.containsKey(IF_NONE_MATCH);
    }

    boolean isDeletion() {
        return method.equals("DELETE");
    }

    boolean isAuthorized() {
        return authorized;
    }

    String method() {
        return method;
    }

    String pathAndQuery() {
        return path + query;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Null if there is none. */
    byte[] body() {
        return body;
    }

    /** Its name in messages, without private data such as a key. */
    String label(String url) {
        return id + " (" + method + " " + url + template + ")";
    }

    @Override
    public String toString() {
        return id;
    }
}
