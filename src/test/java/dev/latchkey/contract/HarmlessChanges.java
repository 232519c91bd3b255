package dev.latchkey.contract;

import static dev.latchkey.contract.Change.harmless;

import java.util.List;
import java.util.stream.Stream;

/** What a client of the last release does not notice. */
final class HarmlessChanges {
    private static final String KEY = "/paths/~1api~1data~1{key}";
    private static final String ME = "/paths/~1api~1me";
    private static final String SESSIONS = "/paths/~1api~1sessions/get";
    private static final String TOKEN = "/paths/~1api~1token";
    private static final String SCHEMAS = "/components/schemas/";
    private static final String CREDENTIALS = SCHEMAS + "Credentials/";
    private static final String CHANGE = SCHEMAS + "PasswordChange/";
    private static final String SESSION = SCHEMAS + "Session/";

    private HarmlessChanges() {}

    static Stream<Change> all() {
        return Stream.of(operations(), behaviour(), requests(), responses(), words())
                .flatMap(List::stream);
    }

    private static List<Change> operations() {
        return List.of(
                harmless("nothing", d -> d),
                harmless(
                        "new path",
                        d -> d.set(
                                "/paths/~1api~1time",
                                "get: {operationId: readTime, tags: [Time], responses: {'200': {description: Now.}}}")),
                harmless(
                        "new method",
                        d -> d.set(
                                "/paths/~1api~1data/get",
                                "{operationId: listEntries, tags: [Data], responses: {'200': {description: Keys.}}}")),
                harmless("new schema", d -> d.set(SCHEMAS + "Page", "{type: object, required: [next]}")),
                harmless("new tag", d -> d.add("/tags", "{name: Time, description: What time it is.}")),
                harmless("another tag as well", d -> d.add(SESSIONS + "/tags", "Account")),
                harmless("deprecated", d -> d.set(SESSIONS + "/deprecated", "true")),
                harmless("token no longer wanted", d -> d.set(SESSIONS + "/security", "[]")),
                harmless("token only if one likes", d -> d.set(SESSIONS + "/security", "[{accessToken: []}, {}]")),
                harmless("another server as well", d -> d.add("/servers", "url: https://latchkey.example")));
    }

    /** To say what clients do anyway is no change, and to allow them more is none that they notice. */
    private static List<Change> behaviour() {
        return List.of(
                harmless("said that a read may be repeated", d -> d.set(KEY + "/get/x-repeat", "always")),
                harmless("said that a write may be", d -> d.set(KEY + "/put/x-repeat", "unavailable")),
                harmless("said that a creation may not be", d -> d.set("/paths/~1api~1data/post/x-repeat", "never")),
                harmless("said that a new password may not be", d -> d.set(ME + "~1password/put/x-repeat", "never")),
                harmless("said that a log-in may be", d -> d.set(TOKEN + "/post/x-repeat", "unavailable")),
                harmless("said that a refresh may be", d -> d.set(TOKEN + "~1refresh/post/x-repeat", "always")),
                harmless("said that a log-out ends the session", d -> d.set(TOKEN + "/delete/x-repeat", "unavailable")
                        .set(TOKEN + "/delete/x-ends-session", "true")),
                harmless("said that the end of all sessions does", d -> d.set(
                                "/paths/~1api~1sessions/delete/x-repeat", "unavailable")
                        .set("/paths/~1api~1sessions/delete/x-ends-session", "true")),
                harmless("said that the end of the account does", d -> d.set(ME + "/delete/x-repeat", "never")
                        .set(ME + "/delete/x-ends-session", "true")),
                harmless("said that a read does not", d -> d.set(SESSIONS + "/x-repeat", "always")
                        .set(SESSIONS + "/x-ends-session", "false")),
                harmless(
                        "creation that may be repeated", d -> d.set("/paths/~1api~1data/post/x-repeat", "unavailable")),
                harmless(
                        "new operation that ends the session",
                        d -> d.set(
                                "/paths/~1api~1leave",
                                "post: {operationId: leave, tags: [Tokens], x-repeat: never, x-ends-session: true, responses: {'200': {description: Bye.}}}")));
    }

    private static List<Change> requests() {
        return List.of(
                harmless("new optional member", d -> d.set(CREDENTIALS + "properties/device", "{type: string}")),
                harmless("default of false no longer said", d -> d.remove(CREDENTIALS + "properties/refresh/default")),
                harmless("member no longer required", d -> d.remove(CHANGE + "required/0")),
                harmless(
                        "body no longer required", d -> d.set("/paths/~1api~1data/post/requestBody/required", "false")),
                harmless(
                        "body that may be left out",
                        d -> d.set(
                                KEY + "/delete/requestBody", "content: {application/json: {schema: {type: object}}}")),
                harmless("maxLength raised", d -> d.set(CHANGE + "properties/new_password/maxLength", "512")),
                harmless("maxLength removed", d -> d.remove(CHANGE + "properties/new_password/maxLength")),
                harmless("minLength lowered", d -> d.set(CHANGE + "properties/new_password/minLength", "6")),
                harmless("minimum lowered", d -> d.set(SCHEMAS + "AccountChanges/properties/age/minimum", "0")),
                harmless(
                                "pattern written so that every language reads it alike",
                                d -> d.set(
                                        SCHEMAS + "Gender/pattern", "'^[^\\x00]*[^\\x00\\x09-\\x0D\\x20][^\\x00]*$'"))
                        .after(d -> d.set(SCHEMAS + "Gender/pattern", "'^[\\s\\S]*\\S[\\s\\S]*$'")),
                harmless("error codes said at all", d -> d.set(SCHEMAS + "Age/x-error-code", "INVALID_AGE")),
                harmless("more bytes allowed", d -> d.set(SCHEMAS + "Key/x-max-bytes", "1024"))
                        .after(d -> d.set(SCHEMAS + "Key/x-max-bytes", "512")),
                harmless("format of our own no longer asked for", d -> d.remove(SCHEMAS + "Username/x-format"))
                        .after(d -> d.set(SCHEMAS + "Username/x-format", "USERNAME")),
                harmless("pattern removed", d -> d.remove(CHANGE + "properties/new_password/pattern"))
                        .after(d -> d.set(CHANGE + "properties/new_password/pattern", "'[a-z]'")),
                harmless("enum widened", d -> d.set(CREDENTIALS + "properties/scope/enum", "[all, own]"))
                        .after(d -> d.set(CREDENTIALS + "properties/scope", "{type: string, enum: [all]}")),
                harmless(
                        "null taken as well", d -> d.set(CREDENTIALS + "properties/refresh/type", "[boolean, 'null']")),
                harmless(
                        "another media type taken",
                        d -> d.copyTo(
                                "/paths/~1api~1data/post/requestBody/content/application~1json",
                                "/paths/~1api~1data/post/requestBody/content/application~1cbor")),
                harmless(
                        "new optional query parameter",
                        d -> d.set(SESSIONS + "/parameters", "[{name: limit, in: query, schema: {type: integer}}]")),
                harmless(
                        "new optional request header",
                        d -> d.set(
                                SESSIONS + "/parameters",
                                "[{name: If-None-Match, in: header, schema: {type: string}}]")),
                harmless("parameter no longer required", d -> d.set(SESSIONS + "/parameters/0/required", "false"))
                        .after(d -> d.set(
                                SESSIONS + "/parameters",
                                "[{name: limit, in: query, required: true, schema: {type: integer}}]")));
    }

    private static List<Change> responses() {
        return List.of(
                harmless("new member", d -> d.set(SESSION + "properties/place", "{type: string}")),
                harmless("new member that is always there", d -> d.set(SESSION + "properties/place", "{type: string}")
                        .add(SESSION + "required", "place")),
                harmless("member that is now always there", d -> d.add(SESSION + "required", "address")),
                harmless("null no longer given", d -> d.set(SESSION + "properties/address/type", "string"))
                        .after(d -> d.set(SESSION + "properties/address/type", "[string, 'null']")),
                harmless("limit narrowed", d -> d.set(SCHEMAS + "IssuedTokens/properties/expires_in/maximum", "600")),
                harmless("limit added", d -> d.set(SCHEMAS + "FieldError/properties/message/maxLength", "256")),
                harmless("new error code", d -> d.add(SCHEMAS + "ErrorCode/enum", "QUOTA_EXCEEDED")),
                harmless(
                        "error code that the operation did not have",
                        d -> d.copyTo(
                                "/components/examples/INVALID_KEY",
                                "/paths/~1api~1register/post/responses/409/content/application~1json/examples/INVALID_KEY")),
                harmless("default answer", d -> d.set(KEY + "/get/responses/default", "{description: Any error.}")),
                harmless("new answer to a new parameter", d -> d.set(
                                KEY + "/get/parameters", "[{name: If-None-Match, in: header, schema: {type: string}}]")
                        .set(KEY + "/get/responses/304", "{description: Not modified., x-only-with: [If-None-Match]}")),
                harmless("new error status", d -> d.set(KEY + "/get/responses/423", "{description: Locked.}")),
                harmless(
                        "new answer to any request",
                        d -> d.set("/x-responses-to-any-request/421", "{description: No.}")),
                harmless(
                        "another media type given",
                        d -> d.copyTo(
                                ME + "~1export/get/responses/200/content/application~1json",
                                ME + "~1export/get/responses/200/content/application~1cbor")),
                harmless(
                        "new optional header",
                        d -> d.set(KEY + "/get/responses/200/headers/ETag", "{schema: {type: string}}")),
                harmless(
                        "header that is now always there",
                        d -> d.set("/components/headers/RateLimit/required", "true")),
                harmless(
                        "response written out instead of referred to",
                        d -> d.copyTo("/components/responses/KeyNotFound", KEY + "/get/responses/404")));
    }

    private static List<Change> words() {
        return List.of(
                harmless("description of the whole", d -> d.set("/info/description", "Other words.")),
                harmless("next minor version", d -> d.set("/info/version", "0.99.0")),
                harmless("description of an operation", d -> d.set(SESSIONS + "/description", "Other words.")
                        .set(SESSIONS + "/summary", "Other words")),
                harmless("description of a member", d -> d.set(SESSION + "properties/address/description", "Words.")),
                harmless("description of a parameter", d -> d.set(KEY + "/parameters/0/description", "Words.")),
                harmless(
                        "description of a header", d -> d.set("/components/headers/Retry-After/description", "Words.")),
                harmless(
                        "description of the token",
                        d -> d.set("/components/securitySchemes/accessToken/description", "Words.")),
                harmless("example of a member", d -> d.set(SESSION + "properties/address/example", "::1")),
                harmless("example of an error", d -> d.set("/components/examples/INVALID_KEY/value/message", "Words.")),
                harmless(
                        "words of a success",
                        d -> d.set(SCHEMAS + "LogOutResponse/properties/message/default", "Goodbye.")),
                harmless("extension", d -> d.set(SESSIONS + "/x-owner", "us")));
    }
}
