package dev.latchkey.credentials.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.Api;

/** The calls of somebody who gets mails. */
record Recovering(Api api) {
    static final String NEW_PASSWORD = "another_password456";

    Api.Answer requestReset(String email, String... headers) {
        return post("/api/password-reset", Api.object("email", email), headers);
    }

    Api.Answer resetByToken(String token, String password) {
        return post("/api/password-reset/confirm", Api.object("token", token, "new_password", password));
    }

    Api.Answer resetByCode(String email, String code, String password) {
        return post("/api/password-reset/confirm", Api.object("email", email, "code", code, "new_password", password));
    }

    Api.Answer verifyByToken(String token) {
        return post("/api/email/verification/confirm", Api.object("token", token));
    }

    Api.Answer verifyByCode(String email, String code) {
        return post("/api/email/verification/confirm", Api.object("email", email, "code", code));
    }

    Api.Answer verifyByCodeAs(String accessToken, String code) {
        String body = Api.object("code", code).toString();
        return api.as(accessToken, "POST", "/api/email/verification/confirm", body);
    }

    Api.Answer requestVerification(String accessToken) {
        return api.as(accessToken, "POST", "/api/email/verification", null);
    }

    Api.Answer requestLogIn(String email) {
        return post("/api/token/email", Api.object("email", email));
    }

    /** What the device keeps that asked for a mail. */
    String deviceFor(String email) {
        return requestLogIn(email).body().at("/data/device_token").textValue();
    }

    Api.Answer logInByToken(String device, String token) {
        return post("/api/token/email/confirm", Api.object("device_token", device, "token", token));
    }

    Api.Answer logInByCode(String device, String code) {
        return post("/api/token/email/confirm", Api.object("device_token", device, "code", code));
    }

    private Api.Answer post(String path, ObjectNode body, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "Content-Type";
        headers[1] = "application/json";
        System.arraycopy(more, 0, headers, 2, more.length);
        return api.send("POST", path, body.toString(), headers);
    }

    JsonNode account(String accessToken) {
        return api.as(accessToken, "GET", "/api/me", null).body().path("data");
    }

    Api.Answer changeEmail(String accessToken, String email) {
        return api.send(
                "PATCH",
                "/api/me",
                Api.object("email", email).toString(),
                "Authorization",
                "Bearer " + accessToken,
                "Content-Type",
                "application/merge-patch+json");
    }

    /** Of a user whose password is the usual one. */
    String accessToken(String username) {
        return api.logIn(username, Api.PASSWORD).body().at("/data/access_token").textValue();
    }
}
