package dev.latchkey.contract;

import static dev.latchkey.contract.Change.breaking;

import java.util.List;
import java.util.stream.Stream;

/** What would break a client of the last release, each as somebody could write it tomorrow. */
final class BreakingChanges {
    private static final String KEY = "/paths/~1api~1data~1{key}";
    private static final String ENTRIES = "/paths/~1api~1data/post";
    private static final String ME = "/paths/~1api~1me";
    private static final String SESSIONS = "/paths/~1api~1sessions/get";
    private static final String TOKEN = "/paths/~1api~1token";
    private static final String SCHEMAS = "/components/schemas/";
    private static final String SESSION = SCHEMAS + "Session/";

    private BreakingChanges() {}

    static Stream<Change> all() {
        return Stream.of(
                        operations(),
                        behaviour(),
                        BreakingRequests.all(),
                        responses(),
                        responseBodies(),
                        headers(),
                        access())
                .flatMap(List::stream);
    }

    private static List<Change> operations() {
        return List.of(
                breaking("operation removed", "exportAccount", d -> d.remove(ME + "~1export/get")),
                breaking("path removed", "exportAccount", d -> d.remove(ME + "~1export")),
                breaking("path renamed", "/api/me/export", d -> d.rename(ME + "~1export", "/api/me/everything")),
                breaking("method changed", "PATCH /api/me", d -> d.rename(ME + "/patch", "put")),
                breaking("operation renamed", "readEntry", d -> d.set(KEY + "/get/operationId", "getEntry")),
                breaking("operation under another tag", "Data", d -> d.set(KEY + "/get/tags", "[Entries]")),
                breaking("schema renamed", "NewValue", d -> d.rename(SCHEMAS + "NewValue", "Value2")
                        .refer("#/components/schemas/NewValue", "#/components/schemas/Value2")),
                breaking("schema replaced by one of the same shape", "Account", d -> d.copyTo(
                                SCHEMAS + "Account", SCHEMAS + "Profile")
                        .set(SCHEMAS + "ReadAccountResponse/properties/data", "$ref: '#/components/schemas/Profile'")),
                breaking("schema removed that nothing uses", "Spare", d -> d.remove(SCHEMAS + "Spare"))
                        .after(d -> d.set(SCHEMAS + "Spare", "{type: object, properties: {a: {type: string}}}")),
                breaking("server moved", "http://{address}", d -> d.set("/servers/0/url", "http://{address}/v2")));
    }

    private static List<Change> behaviour() {
        return List.of(
                breaking(
                        "read that may not be repeated",
                        "`x-repeat` is never, was always",
                        d -> d.set(KEY + "/get/x-repeat", "never")),
                breaking(
                        "deletion that may not be repeated",
                        "`x-repeat` is never, was unavailable",
                        d -> d.set(KEY + "/delete/x-repeat", "never")),
                breaking(
                        "log-in that may not be repeated",
                        "`x-repeat` is never, was unavailable",
                        d -> d.set(TOKEN + "/post/x-repeat", "never")),
                breaking(
                        "refresh that may not be repeated at once",
                        "`x-repeat` is unavailable, was always",
                        d -> d.set(TOKEN + "~1refresh/post/x-repeat", "unavailable")),
                breaking(
                                "write that could be repeated and no longer can",
                                "`x-repeat` is never, was unavailable",
                                d -> d.set(ENTRIES + "/x-repeat", "never"))
                        .after(d -> d.set(ENTRIES + "/x-repeat", "unavailable")),
                breaking(
                                "no longer said whether it may be repeated",
                                "`x-repeat` is absent, was never",
                                d -> d.remove(ENTRIES + "/x-repeat"))
                        .after(d -> d.set(ENTRIES + "/x-repeat", "never")),
                breaking(
                        "repeated in a way that nobody knows",
                        "`x-repeat` is often, was never",
                        d -> d.set(ENTRIES + "/x-repeat", "often")),
                breaking("session ended", "`x-ends-session` is true, was false", d -> d.set(
                                ME + "~1password/put/x-repeat", "never")
                        .set(ME + "~1password/put/x-ends-session", "true")),
                breaking(
                                "session ended by what said that it does not",
                                "`x-ends-session` is true, was false",
                                d -> d.set(ENTRIES + "/x-ends-session", "true"))
                        .after(d -> d.set(ENTRIES + "/x-repeat", "never")),
                breaking(
                        "session no longer ended",
                        "`x-ends-session` is false, was true",
                        d -> d.set(TOKEN + "/delete/x-repeat", "unavailable")));
    }

    private static List<Change> responses() {
        return List.of(
                breaking("error status removed", "404", d -> d.remove(KEY + "/get/responses/404")),
                breaking("success changed", "201", d -> d.rename(ENTRIES + "/responses/201", "200")),
                breaking("success added", "202", d -> d.set(ENTRIES + "/responses/202", "{description: Later.}")),
                breaking("redirection added", "307", d -> d.set(ENTRIES + "/responses/307", "{description: There.}")),
                breaking(
                        "media type changed",
                        "application/json",
                        d -> d.rename(ME + "~1export/get/responses/200/content/application~1json", "application/zip")),
                breaking(
                        "response body removed",
                        "exportAccount",
                        d -> d.remove(ME + "~1export/get/responses/200/content")),
                breaking("error code removed", "KEY_EXISTS", d -> d.remove(SCHEMAS + "ErrorCode/enum/13")),
                breaking(
                        "error code no longer given by an operation",
                        "EMAIL_EXISTS",
                        d -> d.remove(
                                "/paths/~1api~1register/post/responses/409/content/application~1json/examples/EMAIL_EXISTS")),
                breaking(
                        "error code replaced in a shared response",
                        "KEY_NOT_FOUND",
                        d -> d.rename(
                                "/components/responses/KeyNotFound/content/application~1json/examples/KEY_NOT_FOUND",
                                "NOT_FOUND")),
                breaking("answer to any request removed", "405", d -> d.remove("/x-responses-to-any-request/405")));
    }

    private static List<Change> responseBodies() {
        return List.of(
                breaking("response member removed", "address", d -> d.remove(SESSION + "properties/address")),
                breaking("required member becomes optional", "user_id", d -> d.remove(SCHEMAS + "User/required/0")),
                breaking(
                        "response type changed",
                        "expires_in",
                        d -> d.set(SCHEMAS + "IssuedTokens/properties/expires_in", "{type: string}")),
                breaking(
                        "response format changed",
                        "expires_in",
                        d -> d.set(SCHEMAS + "IssuedTokens/properties/expires_in/format", "int64")),
                breaking("time becomes text", "created_at", d -> d.remove(SESSION + "properties/created_at/format")),
                breaking(
                        "type of the elements changed",
                        "sessions",
                        d -> d.set(SCHEMAS + "SessionList/properties/sessions/items", "{type: string}")),
                breaking(
                        "null added to a response",
                        "address",
                        d -> d.set(SESSION + "properties/address/type", "[string, 'null']")),
                breaking(
                        "enum of a response widened",
                        "ES384",
                        d -> d.set(SCHEMAS + "SigningKey/properties/alg/enum", "[ES256, ES384]")),
                breaking(
                        "limit of a response widened",
                        "expires_in",
                        d -> d.set(SCHEMAS + "IssuedTokens/properties/expires_in/maximum", "86400")),
                breaking("limit of a response removed", "SessionId", d -> d.remove(SCHEMAS + "SessionId/maxLength")),
                breaking(
                        "limit of a member of both widened",
                        "Username",
                        d -> d.set(SCHEMAS + "Username/maxLength", "128")),
                breaking(
                        "pattern of a response removed",
                        "x",
                        d -> d.remove(SCHEMAS + "SigningKey/properties/x/pattern")),
                breaking("keyword that nobody foresaw", "Session", d -> d.set(SCHEMAS + "Session/anyOf", "[{}]")));
    }

    private static List<Change> headers() {
        return List.of(
                breaking(
                        "required header removed",
                        "Retry-After",
                        d -> d.remove("/components/responses/TooManyRequests/headers/Retry-After")),
                breaking(
                        "optional header removed",
                        "RateLimit-Policy",
                        d -> d.remove(SESSIONS + "/responses/200/headers/RateLimit-Policy")),
                breaking(
                        "required header becomes optional",
                        "Retry-After",
                        d -> d.set("/components/headers/Retry-After/required", "false")),
                breaking(
                        "header retyped",
                        "Retry-After",
                        d -> d.set("/components/headers/Retry-After/schema", "{type: string}")),
                breaking(
                        "limit of a header widened",
                        "Retry-After",
                        d -> d.set("/components/headers/Retry-After/schema/maximum", "86400")));
    }

    private static List<Change> access() {
        return List.of(
                breaking(
                        "token wanted where none was",
                        "listSigningKeys",
                        d -> d.remove("/paths/~1.well-known~1jwks.json/get/security")),
                breaking("scope wanted", "readAccount", d -> d.set(ME + "/get/security", "[{accessToken: [read]}]")),
                breaking(
                        "a second credential wanted",
                        "readAccount",
                        d -> d.set(ME + "/get/security", "[{accessToken: [], device: []}]")),
                breaking(
                        "other tokens wanted",
                        "accessToken",
                        d -> d.set("/components/securitySchemes/accessToken/scheme", "basic")));
    }
}
