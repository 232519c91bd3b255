package dev.latchkey.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import java.util.Optional;

/** A session of a user, and what can be done with it. */
record LogIn(Api api, String accessToken, String refreshToken) {

    /** Of a new user. */
    static LogIn ofNewUser(Api api) {
        return ofNewUser(api, Api.newName());
    }

    static LogIn ofNewUser(Api api, String username) {
        api.register(username);
        return of(api, username, Api.PASSWORD).orElseThrow();
    }

    /** Empty if the password is wrong. */
    static Optional<LogIn> of(Api api, String username, String password) {
        String body = Api.object("username", username, "password", password)
                .put("refresh", true)
                .toString();
        return tokens(api, api.json("POST", "/api/token", body));
    }

    /** Empty if the session has ended. */
    Optional<LogIn> refreshed() {
        String body = Api.object("refresh_token", refreshToken).toString();
        return tokens(api, api.json("POST", "/api/token/refresh", body));
    }

    private static Optional<LogIn> tokens(Api api, Api.Answer answer) {
        JsonNode data = answer.body().path("data");
        return answer.status() == 200
                ? Optional.of(new LogIn(
                        api,
                        data.path("access_token").textValue(),
                        data.path("refresh_token").textValue()))
                : Optional.empty();
    }

    /** Whether either of its tokens is still good for anything. */
    boolean isAlive() {
        return !read().outcome().equals("401 INVALID_TOKEN") || refreshed().isPresent();
    }

    Api.Answer call(String method, String path, String body) {
        return api.as(accessToken, method, path, body);
    }

    Api.Answer read() {
        return call("GET", "/api/me", null);
    }

    Api.Answer patch(String body) {
        return api.send(
                "PATCH",
                "/api/me",
                body,
                "Authorization",
                "Bearer " + accessToken,
                "Content-Type",
                "application/merge-patch+json");
    }

    Api.Answer changePassword(String current, String next) {
        return call(
                "PUT",
                "/api/me/password",
                Api.object("current_password", current, "new_password", next).toString());
    }

    Api.Answer delete() {
        return call("DELETE", "/api/me", null);
    }

    Api.Answer export() {
        return call("GET", "/api/me/export", null);
    }
}
