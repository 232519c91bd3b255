package dev.latchkey.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A call of an operation, before anybody's token is added to it. The generated classes make them. */
final class Operation {
    private static final Set<String> OTHERWISE_WHEN_REPEATED = Set.of("changePassword", "deleteAccount");
    private static final Set<String> POSTS_THAT_STORE_NOTHING = Set.of("createToken", "refreshToken");
    private static final Set<String> ENDING_THE_SESSION = Set.of("logOut", "endAllSessions", "deleteAccount");

    private final String id;
    private final String method;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final String template;
    private String path;
    private String query = "";
    private boolean authorized;
    private byte[] body;

    Operation(String id, String method, String path) {
        this.id = id;
        this.method = method;
        this.template = path;
        this.path = path;
        headers.put("Accept", "application/json");
    }

    Operation authorized() {
        this.authorized = true;
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

    /** As a segment of a path or a part of a query. */
    private static String encoded(String value) {
        return URLEncoder.encode(new String(Json.utf8(value), StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    /**
     * Whether it may be repeated although it may have been done. Storing twice is not storing once; and a password that was changed, an account
     * that is gone, would make the second attempt say something that is not so.
     */
    boolean isRepeatable() {
        return method.equals("POST") ? POSTS_THAT_STORE_NOTHING.contains(id) : !OTHERWISE_WHEN_REPEATED.contains(id);
    }

    /** Whether its success means that the tokens are good for nothing any more. */
    boolean endsTheSession() {
        return ENDING_THE_SESSION.contains(id);
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

    /** What names it in messages: nothing that is private, such as a key. */
    String label(String url) {
        return id + " (" + method + " " + url + template + ")";
    }

    @Override
    public String toString() {
        return id;
    }
}
