package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Contract;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.Prism;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Makes the server give every answer that the contract declares; {@link Contract} judges each, here and in all other tests.
 * It ends with the question whether there is any that it did not get.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ContractTest {
    private static final String DATA = "/api/data/some";
    private static final String IMPORT = "/api/data/import";
    private static final Set<String> OPEN = Set.of(
            "/api/register",
            "/api/token",
            "/api/token/refresh",
            "/api/token/email",
            "/api/token/email/confirm",
            "/api/email/verification/confirm",
            "/api/password-reset",
            "/api/password-reset/confirm",
            "/.well-known/jwks.json",
            "/health/live",
            "/health/ready");
    private static final String UNKNOWN_REFRESH_TOKEN = "lkr_" + "A".repeat(112);

    /** As if it had been given, so that it is looked for. */
    private static final String DEVICE = Api.object(
                    "device_token", "A".repeat(22) + "." + "A".repeat(22), "token", "unknown")
            .toString();

    private static final String CHANGE_PASSWORD = Api.object(
                    "current_password", Api.PASSWORD, "new_password", "another_password456")
            .toString();

    /** A call of each operation that carries nothing wrong. */
    private record Call(String method, String path, String body) {
        static List<Call> all() {
            String name = Api.newName();
            return List.of(
                    new Call("POST", "/api/register", Api.registration(name).toString()),
                    new Call(
                            "POST",
                            "/api/token",
                            Api.object("username", name, "password", Api.PASSWORD)
                                    .toString()),
                    new Call(
                            "POST",
                            "/api/data",
                            Api.object("key", "some", "value", "thing").toString()),
                    new Call("GET", DATA, null),
                    new Call("PUT", DATA, "{\"value\":\"other\"}"),
                    new Call("PATCH", DATA, "{\"expires_in\":60}"),
                    new Call("GET", "/api/data", null),
                    new Call("GET", "/api/changes", null),
                    new Call("POST", "/api/data/batch", batch("put", "other", "\"value\":\"thing\"")),
                    new Call("POST", IMPORT, "{\"key\":\"imported\",\"value\":\"thing\"}"),
                    new Call("DELETE", DATA, null),
                    new Call("POST", "/api/email/verification", null),
                    new Call("POST", "/api/email/verification/confirm", "{\"token\":\"unknown\"}"),
                    new Call("POST", "/api/password-reset", "{\"email\":\"nobody@example.com\"}"),
                    new Call(
                            "POST",
                            "/api/password-reset/confirm",
                            Api.object("token", "unknown", "new_password", "another_password456")
                                    .toString()),
                    new Call("POST", "/api/token/email", "{\"email\":\"nobody@example.com\"}"),
                    new Call("POST", "/api/token/email/confirm", DEVICE),
                    new Call("GET", "/.well-known/jwks.json", null),
                    new Call("GET", "/health/live", null),
                    new Call("GET", "/health/ready", null),
                    new Call("GET", "/api/sessions", null),
                    new Call("GET", "/.well-known/jwks.json", null),
                    new Call(
                            "POST",
                            "/api/token/refresh",
                            Api.object("refresh_token", UNKNOWN_REFRESH_TOKEN).toString()),
                    new Call("DELETE", "/api/sessions/some", null),
                    new Call("DELETE", "/api/sessions", null),
                    new Call("GET", "/api/me", null),
                    new Call("PATCH", "/api/me", "{\"age\":31}"),
                    new Call("GET", "/api/me/export", null),
                    new Call("PUT", "/api/me/password", CHANGE_PASSWORD),
                    new Call("DELETE", "/api/me", null),
                    new Call("DELETE", "/api/token", null));
        }

        /** Of one operation; {@code members} may be empty. */
        static String batch(String op, String key, String members) {
            return "{\"operations\":[{\"op\":\"" + op + "\",\"key\":\"" + key + "\""
                    + (members.isEmpty() ? "" : "," + members) + "}]}";
        }

        /** Without those that end the session they belong to, or ask for something that there is not. */
        static List<Call> repeatable() {
            return all().stream()
                    .filter(call -> !call.path.equals("/api/token/refresh") && !call.path.endsWith("/confirm"))
                    .filter(call -> !call.method.equals("DELETE") || call.path.equals(DATA))
                    .toList();
        }

        static List<Call> secured() {
            return all().stream()
                    .filter(call -> !OPEN.contains(call.path) || call.method.equals("DELETE"))
                    .toList();
        }

        static List<Call> limited() {
            return thatAskTheDatabase().stream()
                    .filter(call -> !call.path.equals("/api/token/refresh"))
                    .toList();
        }

        static List<Call> thatAskTheDatabase() {
            return all().stream()
                    .filter(call -> !call.path.startsWith("/.well-known/") && !call.path.startsWith("/health/"))
                    .toList();
        }

        static List<Call> withBody() {
            return all().stream().filter(call -> call.body != null).toList();
        }

        static List<Call> withOneJsonText() {
            return withBody().stream().filter(call -> !call.path.equals(IMPORT)).toList();
        }

        Api.Answer to(Api api, String token) {
            return api.send(method, path, body, "Authorization", "Bearer " + token, "Content-Type", contentType());
        }

        String contentType() {
            return path.equals(IMPORT) ? "application/x-ndjson" : "application/json";
        }
    }

    /** Its own server on PostgreSQL, which can be taken away from under it. */
    @RegisterExtension
    static final ServerExtension SERVER =
            new ServerExtension(Engine.POSTGRES, "mail.mode", "log", "logIn.byEmail", "true");

    @RegisterExtension
    static final ServerExtension IMPATIENT =
            new ServerExtension(Engine.SQLITE, "server.applicationConnectors[0].idleTimeout", "500ms");

    @RegisterExtension
    static final ServerExtension WITHOUT_SPACE =
            new ServerExtension(Engine.SQLITE, "readiness.minDiskSpace", "1000TiB");

    /** One failed log-in, one registration, one request. */
    @RegisterExtension
    static final ServerExtension LIMITED = ServerExtension.limited(
            Engine.SQLITE,
            "limits.logInFailuresPerAccount",
            "1/1h",
            "limits.registrationsPerAddress",
            "1/1h",
            "limits.requestsPerUser",
            "1/1h",
            "limits.mailsPerAddress",
            "1/1h",
            "limits.codesPerAddress",
            "1/1h",
            "mail.mode",
            "log",
            "logIn.byEmail",
            "true");

    @RegisterExtension
    static final ServerExtension STRICT =
            new ServerExtension(Engine.SQLITE, "mail.mode", "log", "registration.requireVerifiedEmail", "true");

    /** One entry for each user. */
    @RegisterExtension
    static final ServerExtension SMALL = new ServerExtension(Engine.SQLITE, "data.maxEntriesPerUser", "1");

    private static Api api;
    private static String token;

    @BeforeAll
    static void logIn() {
        Contract.forgetSeen();
        api = SERVER.api();
        token = api.newToken();
    }

    @Test
    void success() {
        for (Call call : Call.repeatable()) {
            assertThat(call.to(api, token).status()).isBetween(200, 202);
        }
    }

    @Test
    void sessions() {
        String name = Api.newName();
        api.register(name);
        Api.Tokens first = api.logIn(name);
        String sessionId = api.as(first.access(), "GET", "/api/sessions", null)
                .body()
                .at("/data/sessions/0/session_id")
                .textValue();
        assertThat(api.refresh(first.refresh()).status()).isEqualTo(200);
        String other = api.logIn(name).access();
        assertThat(api.as(other, "DELETE", "/api/sessions/" + sessionId, null).status())
                .isEqualTo(200);
        assertThat(api.refresh(first.refresh()).code()).isEqualTo("INVALID_REFRESH_TOKEN");
        assertThat(api.as(other, "DELETE", "/api/sessions/" + sessionId, null).code())
                .isEqualTo("NOT_FOUND");
        assertThat(api.as(other, "DELETE", "/api/sessions/" + "x".repeat(65), null)
                        .code())
                .isEqualTo("INVALID_REQUEST");
        assertThat(api.as(other, "DELETE", "/api/token", null).status()).isEqualTo(200);
        assertThat(api.as(api.logIn(name).access(), "DELETE", "/api/sessions", null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void account() throws SQLException {
        String name = Api.newName();
        api.register(name);
        api.register(name + "2");
        Api.Tokens tokens = api.logIn(name);
        String token = tokens.access();
        for (String outcome :
                List.of("email=null INVALID_REQUEST", "age=0 INVALID_AGE", "gender=null GENDER_REQUIRED")) {
            String[] parts = outcome.split("[= ]");
            String patch = "{\"" + parts[0] + "\":" + parts[1] + "}";
            assertThat(api.as(token, "PATCH", "/api/me", patch).code()).isEqualTo(parts[2]);
        }
        String taken = Api.object("email", name + "2@example.com").toString();
        assertThat(api.as(token, "PATCH", "/api/me", taken).code()).isEqualTo("EMAIL_EXISTS");
        assertThat(api.as(token, "PUT", "/api/me/password", CHANGE_PASSWORD.replace("another_password456", "short"))
                        .code())
                .isEqualTo("INVALID_PASSWORD");
        assertThat(api.as(token, "PUT", "/api/me/password", CHANGE_PASSWORD).status())
                .isEqualTo(200);
        assertThat(api.as(token, "PUT", "/api/me/password", CHANGE_PASSWORD).code())
                .isEqualTo("INVALID_CREDENTIALS");
        execute(SERVER.database(), "UPDATE sessions SET created_at = created_at - 300000");
        String later = Api.Tokens.of(api.refresh(tokens.refresh())).access();
        assertThat(api.as(later, "DELETE", "/api/me", null).code()).isEqualTo("REAUTHENTICATION_REQUIRED");
        assertThat(api.as(token, "DELETE", "/api/me", null).status()).isEqualTo(200);
    }

    @Test
    void conditions() {
        api.create(token, "conditional", "x");
        for (Call call : List.of(
                new Call("GET", "/api/data/conditional", null),
                new Call("PUT", "/api/data/conditional", "{\"value\":\"y\"}"),
                new Call("PATCH", "/api/data/conditional", "{\"expires_in\":60}"),
                new Call("DELETE", "/api/data/conditional", null))) {
            assertThat(withHeader(call, "If-Match", "\"0\"").outcome()).isEqualTo("412 PRECONDITION_FAILED");
        }
        assertThat(withHeader(new Call("GET", "/api/data/conditional", null), "If-None-Match", "*")
                        .status())
                .isEqualTo(304);
        assertThat(withHeader(new Call("PUT", "/api/data/conditional-2", "{\"value\":\"y\"}"), "If-None-Match", "*")
                        .status())
                .isEqualTo(201);
        for (String outcome : List.of(
                "create/conditional/\"value\":\"x\"/409 KEY_EXISTS",
                "delete/nothing//404 KEY_NOT_FOUND",
                "check/conditional/\"if_match\":\"\\\"0\\\"\"/412 PRECONDITION_FAILED",
                "put/conditional//400 INVALID_VALUE",
                "put/..//400 INVALID_KEY")) {
            String[] parts = outcome.split("/");
            assertThat(api.as(token, "POST", "/api/data/batch", Call.batch(parts[0], parts[1], parts[2]))
                            .outcome())
                    .isEqualTo(parts[3]);
        }
    }

    @Test
    void idempotencyKeysOfOtherRequests() {
        withHeader(
                new Call(
                        "POST",
                        "/api/data",
                        Api.object("key", "once", "value", "x").toString()),
                "Idempotency-Key",
                "k");
        for (Call call : List.of(
                new Call(
                        "POST",
                        "/api/data",
                        Api.object("key", "twice", "value", "x").toString()),
                new Call("PUT", DATA, "{\"value\":\"y\"}"),
                new Call("PATCH", DATA, "{\"expires_in\":60}"),
                new Call("DELETE", DATA, null),
                new Call("POST", "/api/data/batch", Call.batch("delete", "once", "")))) {
            assertThat(withHeader(call, "Idempotency-Key", "k").outcome()).isEqualTo("422 IDEMPOTENCY_KEY_REUSED");
        }
    }

    @Test
    void mails() {
        Mails mails = new Mails(SERVER);
        String name = Api.newName();
        String email = name + "@example.com";
        api.register(name);
        String verification = "/api/email/verification/confirm";
        assertThat(api.json("POST", verification, "{\"code\":\"2222-2222\"}").outcome())
                .isEqualTo("401 INVALID_TOKEN");
        assertThat(confirm(verification, "token", "unknown").outcome()).isEqualTo("400 INVALID_CODE");
        String link = mails.await("email-verification", email, 1).token();
        assertThat(confirm(verification, "token", link).status()).isEqualTo(200);

        String token = api.logIn(name).access();
        assertThat(api.as(
                                token,
                                "PATCH",
                                "/api/me",
                                Api.object("email", "2" + email).toString())
                        .status())
                .isEqualTo(200);
        api.json(
                "POST",
                "/api/register",
                Api.registration(Api.newName()).put("email", "2" + email).toString());
        String taken = mails.await("email-verification", "2" + email, 1).token();
        assertThat(confirm(verification, "token", taken).outcome()).isEqualTo("409 EMAIL_EXISTS");

        String device = confirm("/api/token/email", "email", email)
                .body()
                .at("/data/device_token")
                .textValue();
        String logIn = mails.await("email-log-in", email, 1).code();
        String byEmail = "/api/token/email/confirm";
        assertThat(confirm(byEmail, "device_token", device, "code", "2222-2222").outcome())
                .isEqualTo("400 INVALID_CODE");
        assertThat(confirm(byEmail, "device_token", device, "code", logIn).status())
                .isEqualTo(200);

        confirm("/api/password-reset", "email", email);
        String reset = mails.await("password-reset", email, 1).token();
        String byReset = "/api/password-reset/confirm";
        assertThat(confirm(byReset, "token", "unknown", "new_password", Api.PASSWORD)
                        .outcome())
                .isEqualTo("400 INVALID_CODE");
        assertThat(confirm(byReset, "token", reset, "new_password", "short").outcome())
                .isEqualTo("400 INVALID_PASSWORD");
        assertThat(confirm(byReset, "token", reset, "new_password", "another_password456")
                        .status())
                .isEqualTo(200);
    }

    private static Api.Answer confirm(String path, String... members) {
        return api.json("POST", path, Api.object(members).toString());
    }

    @Test
    void anAddressThatIsNotVerified() {
        Api strict = STRICT.api();
        String name = Api.newName();
        strict.register(name);
        assertThat(strict.logIn(name, Api.PASSWORD).outcome()).isEqualTo("403 EMAIL_NOT_VERIFIED");
    }

    private static Api.Answer withHeader(Call call, String name, String value) {
        return api.send(
                call.method,
                call.path,
                call.body,
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json",
                name,
                value);
    }

    @Test
    void quotas() {
        Api small = SMALL.api();
        String token = small.newToken();
        small.create(token, "first", "x");
        assertThat(small.create(token, "second", "x").outcome()).isEqualTo("403 QUOTA_EXCEEDED");
        assertThat(small.as(token, "PUT", "/api/data/second?upsert=true", "{\"value\":\"x\"}")
                        .outcome())
                .isEqualTo("403 QUOTA_EXCEEDED");
        assertThat(small.as(token, "POST", "/api/data/batch", Call.batch("put", "second", "\"value\":\"x\""))
                        .outcome())
                .isEqualTo("403 QUOTA_EXCEEDED");
    }

    @Test
    void bodiesThatAreNotJson() {
        for (Call call : Call.withOneJsonText()) {
            assertThat(api.as(token, call.method, call.path, "{").outcome()).isEqualTo("400 INVALID_REQUEST");
        }
    }

    @Test
    void wrongMembers() {
        assertThat(api.json("POST", "/api/register", Api.registration("x").toString())
                        .code())
                .isEqualTo("INVALID_REQUEST");
        for (String member : List.of("password=short", "age=old", "gender=")) {
            String[] pair = member.split("=", 2);
            api.json(
                    "POST",
                    "/api/register",
                    Api.registration(Api.newName()).put(pair[0], pair[1]).toString());
        }
        assertThat(api.json("POST", "/api/token", "{}").code()).isEqualTo("MISSING_FIELDS");
        assertThat(api.create(token, ".", "x").code()).isEqualTo("INVALID_KEY");
        assertThat(api.as(token, "POST", "/api/data", "{\"key\":\"k\"}").code()).isEqualTo("INVALID_VALUE");
        assertThat(api.as(token, "PUT", "/api/data/k", "{}").code()).isEqualTo("INVALID_VALUE");
        assertThat(api.as(token, "GET", "/api/data?limit=0", null).code()).isEqualTo("INVALID_REQUEST");
        assertThat(api.as(token, "GET", "/api/changes?limit=0", null).code()).isEqualTo("INVALID_REQUEST");
        assertThat(api.as(token, "GET", "/api/changes?since=1000000", null).code())
                .isEqualTo("CHANGES_GONE");
        assertThat(api.as(token, "POST", IMPORT + "?mode=Skip", null).code()).isEqualTo("INVALID_REQUEST");
        for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
            String body = Map.of("PUT", "{\"value\":\"x\"}", "PATCH", "{\"expires_in\":1}")
                    .get(method);
            assertThat(api.as(token, method, "/api/data/%0A", body).code()).isEqualTo("INVALID_KEY");
        }
    }

    @Test
    void namesAndKeysThatAreTaken() {
        String name = Api.newName();
        api.register(name);
        assertThat(api.register(name).code()).isEqualTo("USERNAME_EXISTS");
        assertThat(api.json(
                                "POST",
                                "/api/register",
                                Api.registration(name)
                                        .put("username", Api.newName())
                                        .toString())
                        .code())
                .isEqualTo("EMAIL_EXISTS");
        api.create(token, "taken", "x");
        assertThat(api.create(token, "taken", "x").code()).isEqualTo("KEY_EXISTS");
    }

    @Test
    void whatIsNotThere() {
        assertThat(api.logIn("nobody", Api.PASSWORD).code()).isEqualTo("INVALID_CREDENTIALS");
        assertThat(api.read(token, "none").code()).isEqualTo("KEY_NOT_FOUND");
        assertThat(api.update(token, "none", "x").code()).isEqualTo("KEY_NOT_FOUND");
        assertThat(api.delete(token, "none").code()).isEqualTo("KEY_NOT_FOUND");
        assertThat(api.as(token, "PATCH", "/api/data/none", "{\"expires_in\":1}")
                        .code())
                .isEqualTo("KEY_NOT_FOUND");
        assertThat(api.send("GET", "/nothing", null).code()).isEqualTo("NOT_FOUND");
        assertThat(api.send("GET", "/api/token", null).code()).isEqualTo("METHOD_NOT_ALLOWED");
        assertThat(api.send("OPTIONS", "/api/token", null).status()).isEqualTo(204);
    }

    @Test
    void withoutAToken() {
        for (Call call : Call.secured()) {
            assertThat(api.send(call.method, call.path, call.body, "Content-Type", call.contentType())
                            .code())
                    .isEqualTo("INVALID_TOKEN");
        }
    }

    @Test
    void mediaTypes() {
        for (Call call : Call.all()) {
            Api.Answer answer = api.send(
                    call.method,
                    call.path,
                    call.body,
                    "Accept",
                    "text/html",
                    "Content-Type",
                    call.contentType(),
                    "Authorization",
                    "Bearer " + token);
            assertThat(answer.code()).isEqualTo("NOT_ACCEPTABLE");
        }
        for (Call call : Call.withBody()) {
            Api.Answer answer = api.send(
                    call.method,
                    call.path,
                    call.body,
                    "Content-Type",
                    "text/plain",
                    "Authorization",
                    "Bearer " + token);
            assertThat(answer.code()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
        }
    }

    @Test
    void bodiesThatAreTooLarge() {
        String large = "{\"value\":\"" + "x".repeat(8 << 20) + "\"}";
        for (Call call : Call.withOneJsonText()) {
            assertThat(api.as(token, call.method, call.path, large).code()).isEqualTo("PAYLOAD_TOO_LARGE");
        }
    }

    @Test
    void importsThatAreTooLarge() throws IOException {
        String head = "Authorization: Bearer " + token + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
                + ((4L << 30) + 1) + "\r\nExpect: 100-continue\r\n\r\n";
        assertThat(RawConnection.exchange(SERVER, "POST", IMPORT, head).status())
                .isEqualTo(413);
    }

    @Test
    void requestsThatAreNotUnderstood() {
        for (String method : List.of("GET", "DELETE")) {
            assertThat(api.as(token, method, "/api/data/%FF", null).code()).isEqualTo("INVALID_REQUEST");
        }
        assertThat(api.send("GET", "/%FF", null).code()).isEqualTo("INVALID_REQUEST");
        assertThat(api.send("GET", "/" + "x".repeat(20_000), null).status()).isEqualTo(414);
        assertThat(api.send("GET", "/", null, "X-Long", "x".repeat(20_000)).status())
                .isEqualTo(431);
    }

    @Test
    void requestsThatHttpDoesNotAllow() throws IOException {
        assertThat(RawConnection.exchange(SERVER, "GET", "/api/me", "Expect: a-miracle\r\n\r\n")
                        .status())
                .isEqualTo(417);
        try (RawConnection connection = RawConnection.to(SERVER)) {
            assertThat(connection
                            .send("GET /api/me HTTP/1.2\r\nHost: a\r\n\r\n")
                            .answer("GET", "/api/me")
                            .status())
                    .isEqualTo(505);
        }
        String unfinished = "Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{";
        assertThat(RawConnection.exchange(IMPATIENT, "POST", "/api/token", unfinished)
                        .status())
                .isEqualTo(408);
    }

    @Test
    void tooManyRequests() {
        Api limited = LIMITED.api();
        String name = Api.newName();
        limited.register(name);
        String used = limited.logIn(name, Api.PASSWORD)
                .body()
                .at("/data/access_token")
                .textValue();
        limited.read(used, "some");
        for (Call call : Call.limited()) {
            if (call.path.equals("/api/token")
                    || call.path.startsWith("/api/password")
                    || call.path.endsWith("/confirm")) {
                limited.json(call.method, call.path, call.body);
            }
            assertThat(call.to(limited, used).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        }
        assertThat(limited.refresh(limited.logIn(name).refresh()).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
    }

    @Test
    void aServerThatIsNotReady() {
        assertThat(WITHOUT_SPACE.api().send("GET", "/health/ready", null).outcome())
                .isEqualTo("503 NOT_READY");
    }

    @Test
    @Order(1_000)
    void anUnforeseenFailure() throws SQLException {
        execute(SERVER.database(), "ALTER TABLE users RENAME TO users_moved");
        execute(SERVER.database(), "ALTER TABLE entries RENAME TO entries_moved");
        execute(SERVER.database(), "ALTER TABLE sessions RENAME TO sessions_moved");
        execute(SERVER.database(), "ALTER TABLE mails RENAME TO mails_moved");
        try {
            for (Call call : Call.thatAskTheDatabase()) {
                assertThat(call.to(api, token).outcome()).isEqualTo("500 INTERNAL_ERROR");
            }
        } finally {
            execute(SERVER.database(), "ALTER TABLE users_moved RENAME TO users");
            execute(SERVER.database(), "ALTER TABLE entries_moved RENAME TO entries");
            execute(SERVER.database(), "ALTER TABLE sessions_moved RENAME TO sessions");
            execute(SERVER.database(), "ALTER TABLE mails_moved RENAME TO mails");
        }
        assertThat(api.create(token, "after the failure", "x").status()).isEqualTo(201);
    }

    @Test
    @Order(2_000)
    void aDatabaseOutOfReach() throws SQLException {
        String name = URI.create(SERVER.database().url().substring("jdbc:".length()))
                .getPath()
                .substring(1);
        DatabaseSettings maintenance = new DatabaseSettings(
                SERVER.database().url().replace("/" + name, "/postgres"), "postgres", null, 0, 0, null, null);
        execute(maintenance, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
        execute(maintenance, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
        try {
            for (Call call : Call.thatAskTheDatabase()) {
                Api.Answer answer = call.to(api, token);
                assertThat(answer.outcome()).isEqualTo("503 UNAVAILABLE");
            }
        } finally {
            execute(maintenance, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
        }
        assertThat(api.create(token, "after the outage", "x").status()).isEqualTo(201);
        // Until the next checks.
        Await.until(() -> api.send("GET", "/health/ready", null).status() == 200);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void everyDeclaredAnswerWasSeen() {
        assertThat(Contract.unseen())
                .as("declared in api/openapi.yaml, but not given here")
                .isEmpty();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void prismFoundNoViolation() {
        Prism.report().ifPresent(report -> {
            System.out.println("Prism judged " + report);
            assertThat(report.path("violations").intValue()).isZero();
            // More than these come from this class alone; were there fewer, they would have gone past it.
            assertThat(report.path("proxied").intValue()).isGreaterThan(150);
        });
    }

    private static void execute(DatabaseSettings database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
