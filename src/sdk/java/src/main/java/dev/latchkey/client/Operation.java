package dev.latchkey.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A call of an operation, without a token. The generated classes make them. */
final class Operation {
    private final String id;
    private final String method;
    private final Repeat repeat;
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

    /** Null is not sent. */
    Operation header(String name, Object value) {
        if (value != null) {
            headers.put(name, value.toString());
        }
        return this;
    }

    Operation body(String mediaType, Object value) {
        headers.put("Content-Type", mediaType);
        body = Json.write(Objects.requireNonNull(value, id));
        return this;
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

    /** Whether its success ends the session, and so makes the tokens invalid. */
    boolean endsTheSession() {
        return endsTheSession;
    }

    boolean isRead() {
        return method.equals("GET");
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
