package dev.latchkey.contract;

import static dev.latchkey.contract.Change.breaking;

import java.util.ArrayList;
import java.util.List;

/** What would make an operation refuse a request that it took, or take it for another one. */
final class BreakingRequests {
    private static final String KEY = "/paths/~1api~1data~1{key}";
    private static final String ENTRIES = "/paths/~1api~1data/post";
    private static final String ME = "/paths/~1api~1me";
    private static final String SESSIONS = "/paths/~1api~1sessions/get";
    private static final String SCHEMAS = "/components/schemas/";
    private static final String NEW_USER = SCHEMAS + "NewUser/";

    private BreakingRequests() {}

    static List<Change> all() {
        List<Change> all = new ArrayList<>(bodies());
        all.addAll(limits());
        all.addAll(ownKeywords());
        return all;
    }

    private static List<Change> bodies() {
        return List.of(
                breaking("new required member", "NewUser", d -> d.set(NEW_USER + "properties/phone", "{type: string}")
                        .add(NEW_USER + "required", "phone")),
                breaking("optional member becomes required", "age", d -> d.add(NEW_USER + "required", "age")),
                breaking("request member removed", "age", d -> d.remove(NEW_USER + "properties/age")),
                breaking("member renamed", "full_name", d -> d.rename(NEW_USER + "properties/full_name", "name")
                        .set(NEW_USER + "required/3", "name")),
                breaking("request type changed", "age", d -> d.set(NEW_USER + "properties/age", "{type: string}")),
                breaking(
                        "request format changed",
                        "age",
                        d -> d.set(NEW_USER + "properties/age", "{type: integer, format: int64, minimum: 1}")),
                breaking(
                        "null no longer taken",
                        "age",
                        d -> d.set(SCHEMAS + "AccountChanges/properties/age/type", "integer")),
                breaking(
                        "default changed",
                        "refresh",
                        d -> d.set(SCHEMAS + "Credentials/properties/refresh/default", "true")),
                breaking("unknown members refused", "NewUser", d -> d.set(NEW_USER + "additionalProperties", "false")),
                breaking(
                        "request body wrapped",
                        "NewUser",
                        d -> d.set(
                                "/paths/~1api~1register/post/requestBody/content/application~1json/schema",
                                "{type: array, items: {$ref: '#/components/schemas/NewUser'}}")),
                breaking(
                        "required body where there was none",
                        "deleteEntry",
                        d -> d.set(
                                KEY + "/delete/requestBody",
                                "{required: true, content: {application/json: {schema: {type: object}}}}")),
                breaking("body becomes required", "createEntry", d -> d.set(ENTRIES + "/requestBody/required", "true"))
                        .after(d -> d.set(ENTRIES + "/requestBody/required", "false")),
                breaking("body no longer taken", "createEntry", d -> d.remove(ENTRIES + "/requestBody")),
                breaking(
                        "request media type removed",
                        "merge-patch",
                        d -> d.remove(ME + "/patch/requestBody/content/application~1merge-patch+json")),
                breaking("path parameter renamed", "key", d -> d.rename(KEY, "/api/data/{name}")
                        .set("/paths/~1api~1data~1{name}/parameters/0/name", "name")),
                breaking("path parameter retyped", "key", d -> d.set(KEY + "/parameters/0/schema", "{type: integer}")),
                breaking(
                        "required parameter added",
                        "limit",
                        d -> d.set(
                                SESSIONS + "/parameters",
                                "[{name: limit, in: query, required: true, schema: {type: integer}}]")),
                breaking("parameter becomes required", "limit", d -> d.set(SESSIONS + "/parameters/0/required", "true"))
                        .after(BreakingRequests::withParameters),
                breaking("parameter removed", "limit", d -> d.remove(SESSIONS + "/parameters/0"))
                        .after(BreakingRequests::withParameters),
                breaking("parameter elsewhere", "limit", d -> d.set(SESSIONS + "/parameters/0/in", "header"))
                        .after(BreakingRequests::withParameters),
                breaking("parameters in another order", "listSessions", d -> d.remove(SESSIONS + "/parameters/0")
                                .add(SESSIONS + "/parameters", "{name: limit, in: query, schema: {type: integer}}"))
                        .after(BreakingRequests::withParameters));
    }

    private static List<Change> limits() {
        return List.of(
                breaking("enum narrowed", "other", d -> d.set(SCHEMAS + "Gender/enum", "[male, female]"))
                        .after(d -> d.set(SCHEMAS + "Gender/enum", "[male, female, other]")),
                breaking("enum put on a text", "Gender", d -> d.set(SCHEMAS + "Gender/enum", "[male, female]")),
                breaking(
                        "maxLength lowered", "password", d -> d.set(NEW_USER + "properties/password/maxLength", "128")),
                breaking(
                        "maxLength added",
                        "username",
                        d -> d.set(SCHEMAS + "Credentials/properties/username/maxLength", "64")),
                breaking("minLength raised", "password", d -> d.set(NEW_USER + "properties/password/minLength", "12")),
                breaking("minimum raised", "age", d -> d.set(SCHEMAS + "AccountChanges/properties/age/minimum", "18")),
                breaking(
                        "maximum lowered", "age", d -> d.set(SCHEMAS + "AccountChanges/properties/age/maximum", "150")),
                breaking("pattern changed", "Username", d -> d.set(SCHEMAS + "Username/pattern", "^[a-z]+$")),
                breaking(
                                "pattern written anew, but another one",
                                "Gender",
                                d -> d.set(SCHEMAS + "Gender/pattern", "'^[^\\x00-\\x1F\\x7F]+$'"))
                        .after(d -> d.set(SCHEMAS + "Gender/pattern", "'^[\\s\\S]*\\S[\\s\\S]*$'")),
                breaking(
                                "pattern written back",
                                "Gender",
                                d -> d.set(SCHEMAS + "Gender/pattern", "'^[\\s\\S]*\\S[\\s\\S]*$'"))
                        .after(d ->
                                d.set(SCHEMAS + "Gender/pattern", "'^[^\\x00]*[^\\x00\\x09-\\x0D\\x20][^\\x00]*$'")),
                breaking("pattern added", "password", d -> d.set(NEW_USER + "properties/password/pattern", "'[0-9]'")),
                breaking("limit of a parameter narrowed", "Key", d -> d.set(SCHEMAS + "Key/maxLength", "256")));
    }

    private static List<Change> ownKeywords() {
        return List.of(
                breaking(
                                "error code of a parameter changed",
                                "KEY_BAD",
                                d -> d.set(SCHEMAS + "Key/x-error-code", "KEY_BAD"))
                        .after(BreakingRequests::withOwnKeywords),
                breaking(
                                "error code of a member taken back",
                                "INVALID_VALUE",
                                d -> d.remove(SCHEMAS + "Value/x-error-code"))
                        .after(BreakingRequests::withOwnKeywords),
                breaking(
                                "error code of a missing member added",
                                "x-error-code-if-missing",
                                d -> d.set(NEW_USER + "properties/email/x-error-code-if-missing", "MISSING_FIELDS"))
                        .after(d -> d.set(NEW_USER + "properties/password/x-error-code-if-missing", "MISSING_FIELDS")),
                breaking("format of our own changed", "EMAIL", d -> d.set(SCHEMAS + "Username/x-format", "EMAIL"))
                        .after(BreakingRequests::withOwnKeywords),
                breaking("bytes lowered", "256", d -> d.set(SCHEMAS + "Key/x-max-bytes", "256"))
                        .after(BreakingRequests::withOwnKeywords),
                breaking("bytes bounded", "4096", d -> d.set(SCHEMAS + "Value/x-max-bytes", "4096"))
                        .after(BreakingRequests::withOwnKeywords));
    }

    private static Document withOwnKeywords(Document document) {
        return document.set(SCHEMAS + "Key/x-error-code", "INVALID_KEY")
                .set(SCHEMAS + "Key/x-max-bytes", "512")
                .set(SCHEMAS + "Value/x-error-code", "INVALID_VALUE")
                .set(SCHEMAS + "Username/x-format", "USERNAME");
    }

    private static Document withParameters(Document document) {
        return document.set(
                SESSIONS + "/parameters",
                "[{name: limit, in: query, schema: {type: integer}}, {name: after, in: query, schema: {type: string}}]");
    }
}
