package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestDatabase;
import dev.latchkey.testing.Together;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and changing one's own account. */
@ParameterizedClass
@EnumSource(Engine.class)
final class AccountTest {
    private final ServerExtension server;
    private final Api api;
    private final String name = Api.newName();
    private final LogIn user;

    AccountTest(Engine engine) {
        server = ServerExtension.shared(engine);
        api = server.api();
        user = LogIn.ofNewUser(api, name);
    }

    @Test
    void isWhatWasRegistered() {
        ObjectNode account = account();

        Instant createdAt = Instant.parse(account.remove("created_at").textValue());
        assertThat(Duration.between(createdAt, Instant.now())).isBetween(Duration.ZERO, Duration.ofMinutes(5));
        assertThat(account.remove("user_id").textValue()).isNotEmpty();
        assertThat(account.remove("email_verified").booleanValue()).isFalse();
        JsonNode usage = account.remove("usage");
        assertThat(usage.path("entries").longValue()).isZero();
        assertThat(usage.path("max_bytes").longValue()).isEqualTo(1L << 30);
        ObjectNode registered = Api.registration(name);
        registered.remove("password");
        assertThat((JsonNode) account).isEqualTo(registered);
    }

    /** Promise 22: there is no way to name another's account. */
    @Test
    void isOnesOwn() {
        LogIn other = LogIn.ofNewUser(api);
        JsonNode before = account();

        assertThat(other.patch("{\"full_name\":\"Other\",\"user_id\":" + before.path("user_id") + "}")
                        .outcome())
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(other.patch("{\"full_name\":\"Other\"}").status()).isEqualTo(200);

        assertThat((JsonNode) account()).isEqualTo(before);
        assertThat(other.read().body().at("/data/username")).isNotEqualTo(before.path("username"));
    }

    @Test
    void changesWhatThePatchNamesAndNothingElse() {
        String email = "New." + name + "@example.com";
        ObjectNode expected = account();

        assertThat(data(user.patch("{}"))).isEqualTo(expected);
        expected.put("full_name", "Jane \ud83d\udd11");
        assertThat(data(user.patch("{\"full_name\":\"Jane \\ud83d\\udd11\"}"))).isEqualTo(expected);
        expected.put("gender", "non-binary").put("age", 31).put("email", email);
        assertThat(data(user.patch(Api.object("gender", "non-binary", "email", email)
                        .put("age", 31)
                        .toString())))
                .isEqualTo(expected);
        expected.remove("age");
        assertThat(data(user.patch("{\"age\":null}"))).isEqualTo(expected);
        assertThat(data(user.patch("{\"age\":null}"))).isEqualTo(expected);
        expected.put("age", 1);
        assertThat(data(user.patch("{\"age\":1}"))).isEqualTo(expected);

        assertThat((JsonNode) account()).isEqualTo(expected);
    }

    @Test
    void takesAPatchAsEitherMediaType() {
        for (String type : List.of(
                "application/merge-patch+json", "application/json", "Application/Merge-Patch+JSON; charset=UTF-8")) {
            assertThat(patchAs(type).status()).as(type).isEqualTo(200);
        }
        for (String type : List.of(
                "application/json-patch+json", "text/plain", "application/merge-patch+json; charset=ISO-8859-1")) {
            assertThat(patchAs(type).outcome()).as(type).isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
        }
        assertThat(api.send(
                                "PUT",
                                "/api/me/password",
                                Api.object("current_password", Api.PASSWORD, "new_password", "another_password456")
                                        .toString(),
                                "Authorization",
                                "Bearer " + user.accessToken(),
                                "Content-Type",
                                "application/merge-patch+json")
                        .outcome())
                .as("only a patch is a patch")
                .isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
    }

    private Api.Answer patchAs(String type) {
        return api.send(
                "PATCH",
                "/api/me",
                "{\"age\":7}",
                "Authorization",
                "Bearer " + user.accessToken(),
                "Content-Type",
                type);
    }

    /** Promise 23. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"email":null}                        | 400 INVALID_REQUEST | email
            {"email":"nobody"}                    | 400 INVALID_REQUEST | email
            {"email":1}                           | 400 INVALID_REQUEST | email
            {"full_name":null}                    | 400 INVALID_REQUEST | full_name
            {"full_name":" "}                     | 400 INVALID_REQUEST | full_name
            {"full_name":"\\u3000\\ufeff"}         | 400 INVALID_REQUEST | full_name
            {"email":"us\\u00a0er@example.com"}   | 400 INVALID_REQUEST | email
            {"email":"user@example.com\\ufeff"}   | 400 INVALID_REQUEST | email
            {"gender":"\\u200b\\u00a0"}            | 400 GENDER_REQUIRED | gender
            {"full_name":["John"]}                | 400 INVALID_REQUEST | full_name
            {"full_name":"\\u0000"}               | 400 INVALID_REQUEST | full_name
            {"age":"30"}                          | 400 INVALID_AGE     | age
            {"age":1.0}                           | 400 INVALID_AGE     | age
            {"age":true}                          | 400 INVALID_AGE     | age
            {"age":0}                             | 400 INVALID_AGE     | age
            {"age":2147483648}                    | 400 INVALID_AGE     | age
            {"age":{}}                            | 400 INVALID_AGE     | age
            {"gender":null}                       | 400 GENDER_REQUIRED | gender
            {"gender":""}                         | 400 GENDER_REQUIRED | gender
            {"gender":false}                      | 400 GENDER_REQUIRED | gender
            {"age":0,"gender":null}               | 400 INVALID_AGE     | age,gender
            {"age":"x","gender":null,"email":null} | 400 INVALID_REQUEST | age,email,gender
            {"username":"another_name"}           | 400 INVALID_REQUEST | username
            {"username":null}                     | 400 INVALID_REQUEST | username
            {"user_id":"1","created_at":null}     | 400 INVALID_REQUEST | user_id,created_at
            {"password":"another_password456"}    | 400 INVALID_REQUEST | password
            """)
    void refusesWhatAnAccountCannotBe(String patch, String outcome, String fields) {
        JsonNode before = account();
        ObjectNode whole = (ObjectNode) Api.object("full_name", "Somebody Else");

        Api.Answer answer = user.patch(patch);
        assertThat(answer.outcome()).isEqualTo(outcome);
        assertThat(answer.body().path("errors").findValuesAsText("field")).containsOnly(fields.split(","));

        // Nor is a part of it taken.
        if (!patch.contains("full_name")) {
            String both = whole.toString().replace("}", ",") + patch.substring(1);
            assertThat(user.patch(both).outcome()).isEqualTo(outcome);
        }
        assertThat((JsonNode) account()).isEqualTo(before);
    }

    /** Rules have become stricter, and may again. */
    @ParameterizedTest
    @CsvSource({
        "full_name, '\u3000'",
        "full_name, '\ufeff'",
        "gender, '\u200b'",
        "email, a\u00a0b@example.com",
        "email, a\u00adb@example.com",
        "email, '@example.com\ufeff'"
    })
    void canBeChangedThoughItHoldsWhatNobodyMayChooseAnyMore(String member, String stored) throws Exception {
        String text = member.equals("email") ? name + stored : stored;
        try (TestDatabase database = new TestDatabase(server.database())) {
            database.database().write(handle -> handle.createUpdate(
                            "UPDATE users SET " + member + " = :text WHERE username = :name")
                    .bind("text", text)
                    .bind("name", name)
                    .execute());
        }

        assertThat(data(user.patch("{\"age\":31}")).path(member).textValue()).isEqualTo(text);
        assertThat(user.patch("{\"age\":\"x\"}").outcome()).isEqualTo("400 INVALID_AGE");
        assertThat(user.patch(Api.object(member, text).toString()).status()).isEqualTo(400);
        assertThat(user.patch("{\"" + member + "\":null}").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"x\"", "{\"age\":1,\"age\":2}", "{\"age\":1}}", "{age:1}"})
    void refusesWhatIsNoPatch(String body) {
        assertThat(user.patch(body).outcome()).isEqualTo("400 INVALID_REQUEST");
    }

    @Test
    void ignoresWhatAnAccountDoesNotHaveAndTakesItBackAsItWas() {
        ObjectNode account = account();

        assertThat(data(user.patch("{\"nickname\":\"Jo\",\"is_admin\":true}"))).isEqualTo(account);
        assertThat(data(user.patch(account.toString()))).isEqualTo(account);
    }

    @Test
    void leavesAnothersAddressAlone() {
        String others = Api.newName();
        api.register(others);

        assertThat(user.patch("{\"email\":\"" + others.toUpperCase(Locale.ROOT) + "@Example.com\",\"age\":99}")
                        .outcome())
                .isEqualTo("409 EMAIL_EXISTS");
        assertThat(account().path("age").intValue()).isEqualTo(30);

        String abroad = Api.newName();
        String registration = Api.registration(abroad)
                .put("email", abroad + "@xn--mnchen-3ya.de")
                .toString();
        assertThat(api.json("POST", "/api/register", registration).status()).isEqualTo(201);
        assertThat(user.patch("{\"email\":\"" + abroad + "@münchen.de\"}").outcome())
                .isEqualTo("409 EMAIL_EXISTS");

        String shouted = name.toUpperCase(Locale.ROOT) + "@EXAMPLE.COM";
        assertThat(user.patch("{\"email\":\"" + shouted + "\"}").status()).isEqualTo(200);
        assertThat(account().path("email").textValue()).isEqualTo(shouted);
        assertThat(user.patch("{\"email\":\"new." + name + "@example.com\"}").status())
                .isEqualTo(200);
        ObjectNode next = Api.registration(Api.newName()).put("email", name + "@example.com");
        assertThat(api.json("POST", "/api/register", next.toString()).status())
                .as("the old address is free")
                .isEqualTo(201);
    }

    @Test
    void ofManyWhoWantOneAddressOneGetsIt() throws Exception {
        List<LogIn> users =
                Stream.generate(() -> LogIn.ofNewUser(api)).limit(20).toList();
        String email = "wanted." + name + "@example.com";

        List<Callable<String>> patches = users.stream()
                .map(one -> (Callable<String>)
                        () -> one.patch("{\"email\":\"" + email + "\"}").outcome())
                .toList();
        List<String> outcomes = Together.run(patches);

        assertThat(outcomes).containsOnly("200", "409 EMAIL_EXISTS");
        assertThat(Collections.frequency(outcomes, "200")).isEqualTo(1);
    }

    @Test
    void ofTwoPatchesAtOnceNoneIsLost() throws Exception {
        for (int i = 1; i <= 20; i++) {
            String age = "{\"age\":" + i + "}";
            String fullName = "{\"full_name\":\"John " + i + "\"}";
            String gender = "{\"gender\":\"male " + i + "\"}";
            assertThat(Together.run(List.of(
                            () -> user.patch(age).status(),
                            () -> user.patch(fullName).status(),
                            () -> user.patch(gender).status())))
                    .containsOnly(200);
            JsonNode account = account();
            assertThat(account.path("age").intValue()).isEqualTo(i);
            assertThat(account.path("full_name").textValue()).isEqualTo("John " + i);
            assertThat(account.path("gender").textValue()).isEqualTo("male " + i);
        }
    }

    private ObjectNode account() {
        return (ObjectNode) data(user.read());
    }

    private static JsonNode data(Api.Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().path("data");
    }

    /** As a store from before leaves two of one mailbox: when the first one leaves it, it is still the second one's. */
    @Test
    void aSharedMailboxIsStillTakenWhenOneLeavesIt() throws Exception {
        LogIn first = LogIn.ofNewUser(api);
        LogIn second = LogIn.ofNewUser(api);
        String mailbox = name + "@xn--mnchen-3ya.de";
        assertThat(first.patch(email(mailbox)).status()).isEqualTo(200);
        try (Connection connection = Engine.connect(server.database());
                PreparedStatement update =
                        connection.prepareStatement("UPDATE users SET email = ?, email_key = ? WHERE id = ?")) {
            String id = data(second.read()).path("user_id").textValue();
            update.setString(1, name + "@münchen.de");
            update.setString(2, CanonicalEmail.aside(mailbox, id));
            update.setString(3, id);
            update.executeUpdate();
        }
        assertThat(first.patch(email(name + "@example.org")).status()).isEqualTo(200);

        for (String spelling : List.of("@münchen.de", "@MÜNCHEN.de", "@xn--mnchen-3ya.de", "@XN--MNCHEN-3YA.DE")) {
            assertThat(api.json(
                                    "POST",
                                    "/api/register",
                                    Api.registration(Api.newName())
                                            .put("email", name + spelling)
                                            .toString())
                            .outcome())
                    .isEqualTo("409 EMAIL_EXISTS");
            assertThat(user.patch(email(name + spelling)).outcome()).isEqualTo("409 EMAIL_EXISTS");
            assertThat(first.patch(email(name + spelling)).outcome()).isEqualTo("409 EMAIL_EXISTS");
        }
        for (String spelling : List.of("@münchen.de", "@MÜNCHEN.de", "@xn--mnchen-3ya.de")) {
            assertThat(second.patch(email(name + spelling)).status()).isEqualTo(200);
            assertThat(user.patch(email(name + "@münchen.de")).outcome()).isEqualTo("409 EMAIL_EXISTS");
        }
        assertThat(second.patch(email(name + "@example.net")).status()).isEqualTo(200);
        assertThat(user.patch(email(name + "@münchen.de")).status()).isEqualTo(200);
    }

    private static String email(String address) {
        return Api.object("email", address).toString();
    }
}
