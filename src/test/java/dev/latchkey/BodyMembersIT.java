package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contract;
import dev.latchkey.testing.Contract.Body;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JsonValues;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.ServerExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Promise 23: a value that the schema of a member does not allow is refused and changes nothing, and one that it allows is never
 * taken for another. The contract says which members there are; every kind of value is sent to each.
 */
final class BodyMembersIT {
    private static final Set<String> REPEATABLE = Set.of("createToken", "updateAccount", "createEntry", "updateEntry");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final Api API = SERVER.api();

    @RegisterExtension
    static final ServerExtension MAILING = new ServerExtension(
            Engine.SQLITE, "mail.mode", "log", "mail.logInUrl", "https://app.example.com", "logIn.byEmail", "true");

    static Stream<Arguments> members() {
        return Contract.bodies().stream()
                .flatMap(body -> body.members().stream().map(member -> Arguments.of(body, member)));
    }

    @Test
    void theContractHasBodies() {
        assertThat(members()).hasSizeGreaterThan(15);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("members")
    void isTakenAsItIsOrRefused(Body body, String member) throws Exception {
        JsonNode schema = body.schemaOf(member);
        Call call = Call.of(body.operationId());
        List<String> rows = rows(call.server);
        for (String value : JsonValues.ALL) {
            String sent = ((ObjectNode) call.body.deepCopy().putRawValue(member, new RawValue(value))).toString();

            Api.Answer answer = call.server
                    .api()
                    .send(
                            call.method,
                            call.path,
                            sent,
                            call.token.isEmpty() ? "Accept" : "Authorization",
                            call.token.isEmpty() ? "*/*" : "Bearer " + call.token,
                            "Content-Type",
                            body.mediaType());

            JsonNode node = MAPPER.readTree(value);
            boolean isAllowed = Contract.violations(schema, node).isEmpty();
            if (answer.status() >= 400) {
                assertThat(answer.status())
                        .as("%s in %s: %s", value, member, answer)
                        .isBetween(400, 499);
                assertThat(rows(call.server))
                        .as("all rows after %s in %s", value, member)
                        .isEqualTo(rows);
                assertThat(isAllowed && isSureToBeTaken(member, node))
                        .as("%s is allowed, but: %s", value, answer)
                        .isFalse();
            }
            if (!isAllowed) {
                assertThat(answer.status()).as("%s in %s", value, member).isEqualTo(400);
                assertThat(answer.body().path("errors").findValuesAsText("field"))
                        .as("fields of %s", answer)
                        .extracting(field -> field.replaceFirst("\\[.*", ""))
                        .containsOnly(member);
            }
            if (answer.status() < 400) {
                assertThat(call.now(member, answer, node))
                        .as("%s after %s", member, value)
                        .isEqualTo(known(node));
                call = REPEATABLE.contains(body.operationId()) ? call : Call.of(body.operationId());
                rows = rows(call.server);
            }
        }
    }

    /** Of strings the server may refuse more than a schema can say; an integer is to be written as one; and who has no token needs a code. */
    private static boolean isSureToBeTaken(String member, JsonNode value) {
        return !value.isTextual() && !value.isBigDecimal() && !(value.isNull() && member.equals("token"));
    }

    private static JsonNode known(JsonNode value) {
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    /** An operation with everything that it wants, for a user of its own. */
    private record Call(
            ServerExtension server, String method, String path, String name, String token, ObjectNode body) {
        private static final String NEW_PASSWORD = "copper-Lantern-47-river";

        Call(String method, String path, String name, String token, ObjectNode body) {
            this(SERVER, method, path, name, token, body);
        }

        /** Of an operation that is there where there are mails, or null. */
        static Call ofMails(String operationId) {
            String name = Api.newName();
            String email = name + "@example.com";
            return switch (operationId) {
                case "requestEmailLogIn" -> ofMails("/api/token/email", name, Api.object("email", email));
                case "requestPasswordReset" -> ofMails("/api/password-reset", name, Api.object("email", email));
                case "confirmEmailVerification" ->
                    ofMails(
                            "/api/email/verification/confirm",
                            name,
                            Api.object("token", token(name, "email-verification")));
                case "confirmPasswordReset" -> {
                    ofMails("/api/password-reset", name, Api.object("email", email))
                            .send();
                    String token = token(name, "password-reset");
                    yield ofMails(
                            "/api/password-reset/confirm",
                            name,
                            Api.object("token", token, "new_password", NEW_PASSWORD));
                }
                case "createTokenByEmail" -> {
                    Api.Answer asked = ofMails("/api/token/email", name, Api.object("email", email))
                            .send();
                    String device = asked.body().at("/data/device_token").textValue();
                    String token = token(name, "email-log-in");
                    yield ofMails("/api/token/email/confirm", name, Api.object("device_token", device, "token", token));
                }
                default -> null;
            };
        }

        private static Call ofMails(String path, String name, ObjectNode body) {
            MAILING.api().register(name);
            return new Call(MAILING, "POST", path, name, "", body);
        }

        private static String token(String name, String kind) {
            MAILING.api().register(name);
            return new Mails(MAILING).await(kind, name + "@example.com", 1).token();
        }

        private Api.Answer send() {
            return server.api().json(method, path, body.toString());
        }

        static Call of(String operationId) {
            Call ofMails = ofMails(operationId);
            if (ofMails != null) {
                return ofMails;
            }
            String name = Api.newName();
            if (operationId.equals("registerUser")) {
                return new Call("POST", "/api/register", name, "", Api.registration(name));
            }
            API.register(name);
            if (operationId.equals("createToken")) {
                ObjectNode body =
                        Api.object("username", name, "password", Api.PASSWORD).put("refresh", true);
                return new Call("POST", "/api/token", name, "", body);
            }
            Api.Tokens tokens = API.logIn(name);
            return switch (operationId) {
                case "refreshToken" ->
                    new Call("POST", "/api/token/refresh", name, "", Api.object("refresh_token", tokens.refresh()));
                case "updateAccount" -> {
                    ObjectNode body = Api.registration(name);
                    body.remove(List.of("username", "password"));
                    yield new Call("PATCH", "/api/me", name, tokens.access(), body);
                }
                case "changePassword" ->
                    new Call(
                            "PUT",
                            "/api/me/password",
                            name,
                            tokens.access(),
                            Api.object("current_password", Api.PASSWORD, "new_password", NEW_PASSWORD));
                case "createEntry" ->
                    new Call("POST", "/api/data", name, tokens.access(), Api.object("key", "k", "value", "v"));
                case "updateEntry" -> {
                    API.create(tokens.access(), "k", "before");
                    yield new Call("PUT", "/api/data/k", name, tokens.access(), Api.object("value", "v"));
                }
                case "changeExpiry" -> {
                    API.create(tokens.access(), "k", "v");
                    yield new Call("PATCH", "/api/data/k", name, tokens.access(), Api.object("expires_in", null));
                }
                case "runBatch" -> new Call("POST", "/api/data/batch", name, tokens.access(), Api.object());
                default -> throw new AssertionError("Say here how to call " + operationId);
            };
        }

        /** What the server has for this member, after it took the value. */
        JsonNode now(String member, Api.Answer answer, JsonNode value) {
            if (member.equals("expires_in")) {
                return expiry(value);
            }
            if (method.equals("PATCH")) {
                return API.as(token, "GET", "/api/me", null).body().path("data").path(member);
            }
            if (member.equals("refresh")) {
                boolean isGiven = answer.body().path("data").has("refresh_token");
                return isGiven || !value.isNull()
                        ? MAPPER.getNodeFactory().booleanNode(isGiven)
                        : MissingNode.getInstance();
            }
            if (path.equals("/api/token")) {
                // Somebody is called so.
                return value;
            }
            if (member.endsWith("password")) {
                assertThat(server.api().logIn(name, value.textValue()).status()).isEqualTo(200);
                return value;
            }
            if (server == MAILING) {
                // It did what the token is for.
                return known(value);
            }
            if (path.startsWith("/api/data")) {
                String key = member.equals("key") ? value.textValue() : "k";
                JsonNode read = API.read(token, key).body().path("data").path(member);
                if (method.equals("POST")) {
                    API.delete(token, key);
                }
                return read;
            }
            return answer.body().path("data").path(member);
        }

        /** The value, if the entry expires or has expired already. */
        private JsonNode expiry(JsonNode value) {
            Api.Answer read = API.read(token, "k");
            if (method.equals("POST")) {
                API.delete(token, "k");
            }
            boolean expires = read.status() == 404 || read.body().path("data").has("expires_at");
            return expires ? value : MissingNode.getInstance();
        }
    }

    /** All that users have. */
    private static List<String> rows(ServerExtension server) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = Engine.connect(server.database());
                Statement statement = connection.createStatement()) {
            // The server deletes what expires meanwhile.
            String lasting = "entries WHERE coalesce(expires_at, " + Long.MAX_VALUE + ") > "
                    + Instant.now().plusSeconds(600).toEpochMilli();
            for (String table : List.of("users", lasting, "sessions")) {
                try (ResultSet found = statement.executeQuery("SELECT * FROM " + table + " ORDER BY 1, 2")) {
                    int columns = found.getMetaData().getColumnCount();
                    while (found.next()) {
                        StringBuilder row = new StringBuilder(table.split(" ")[0]);
                        for (int i = 1; i <= columns; i++) {
                            row.append(' ').append(found.getString(i));
                        }
                        rows.add(row.toString());
                    }
                }
            }
        }
        return rows;
    }
}
