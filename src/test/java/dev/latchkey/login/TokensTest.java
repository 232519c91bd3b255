package dev.latchkey.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in. Promises 11, 15 and 20. */
@ParameterizedClass
@EnumSource(Engine.class)
final class TokensTest {
    private final Api api;

    TokensTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
    }

    @Test
    void givesATokenForAnHourAndForNoCache() {
        String username = Api.newName();
        api.register(username);
        Api.Answer answer = api.logIn(username, Api.PASSWORD);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        JsonNode data = answer.body().path("data");
        assertThat(data.path("expires_in").intValue()).isEqualTo(3600);
        String token = data.path("access_token").textValue();
        assertThat(api.read(token, "absent").outcome()).isEqualTo("404 KEY_NOT_FOUND");
    }

    @Test
    void nullForAnOptionalFieldIsAsGoodAsNone() {
        String username = Api.newName();
        api.register(username);
        String body = Api.object("username", username, "password", Api.PASSWORD)
                .putNull("refresh")
                .toString();
        Api.Answer answer = api.json("POST", "/api/token", body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("data").has("refresh_token")).isFalse();
    }

    @Test
    void everySpellingOfAUsernameIsTheSame() {
        String number = Api.newName();
        register("Zo\u00eb_" + number, Api.PASSWORD);

        assertThat(api.logIn("zo\u00eb_" + number, Api.PASSWORD).status()).isEqualTo(200);
        assertThat(api.logIn("ZO\u00cb_" + number.toUpperCase(Locale.ROOT), Api.PASSWORD)
                        .status())
                .isEqualTo(200);
        assertThat(api.logIn("Zoe\u0308_" + number, Api.PASSWORD).status()).isEqualTo(200);
        assertThat(api.logIn("Zoe_" + number, Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
    }

    /** Promise 11. */
    @Test
    void aPasswordIsTakenExactly() {
        onlyTheFirstOf("Pass word-1", "pass word-1", "PASS WORD-1", "Pass word-1 ", " Pass word-1", "Password-1");
        onlyTheFirstOf(" spaces around ", "spaces around");
        onlyTheFirstOf(
                "p\u00e4ssw\u00f6rd-\u212b",
                "password-A",
                "P\u00c4SSW\u00d6RD-\u212b",
                "p\u00e4ssw\u00f6rd-\u212b\u0301");
        // Compatible is not the same.
        onlyTheFirstOf(
                "\ufb01ne wide \u2163 \u00b2",
                "fine wide IV 2",
                "\uff46ine wide \u2163 \u00b2",
                "\ufb01ne\u200bwide \u2163 \u00b2");
    }

    /** Promise 11: as keyboards of different systems send one and the same text (RFC 8265, OpaqueString). */
    @ParameterizedTest
    @CsvSource({
        "p\u00e4ssw\u00f6rd-\u212b, pa\u0308sswo\u0308rd-A\u030a",
        "p\u00e4ssw\u00f6rd-\u212b, p\u00e4ssw\u00f6rd-\u00c5",
        "\u1ed9t hai ba b\u1ed1n, o\u0302\u0323t hai ba bo\u0302\u0301n",
        "\ud55c\uad6d\uc5b4 \uc554\ud638\uc785\ub2c8\ub2e4, \u1112\u1161\u11ab\uad6d\uc5b4 \uc554\ud638\uc785\ub2c8\ub2e4",
        "\u30d1\u30b9\u30ef\u30fc\u30c9-\u3068\u3066\u3082, \u30cf\u309a\u30b9\u30ef\u30fc\u30c8\u3099-\u3068\u3066\u3082",
        "\u0915\u093c\u0932\u092e \u0926\u0935\u093e\u0924, \u0958\u0932\u092e \u0926\u0935\u093e\u0924",
        "correct horse battery, correct\u00a0horse\u3000battery",
        "mot de passe tr\u00e8s s\u00fbr!, mot de passe\u2009tre\u0300s su\u0302r!",
        "a\u0323\u0301 bien long, a\u0301\u0323\u202fbien long"
    })
    void aPasswordHasNoUnicodeForm(String one, String other) {
        for (List<String> ways : List.of(List.of(one, other), List.of(other, one))) {
            String username = Api.newName();
            register(username, ways.get(0));
            for (String way : ways) {
                assertThat(api.logIn(username, way).status()).as(way).isEqualTo(200);
            }
        }
    }

    /** Promise 9 and Promise 11. */
    @Test
    void aLongPasswordCountsToItsEnd() {
        String start = "correct horse battery staple, and twice as much of it is 72 characters. ";
        assertThat(start).hasSize(72);
        onlyTheFirstOf(start + "b", start + "c", start, start + "bb", start.substring(0, 64));
        String longest = Api.longestPassword();
        String allButTheLast = longest.substring(0, longest.offsetByCodePoints(longest.length(), -1));
        onlyTheFirstOf(longest, allButTheLast + "\ud83d\ude01", allButTheLast, longest + "\ud83d\ude01");
    }

    private void onlyTheFirstOf(String password, String... others) {
        String username = Api.newName();
        register(username, password);
        assertThat(api.logIn(username, password).status()).isEqualTo(200);
        for (String other : others) {
            assertThat(api.logIn(username, other).outcome()).as(other).isEqualTo("401 INVALID_CREDENTIALS");
        }
    }

    private void register(String username, String password) {
        ObjectNode registration = Api.registration(username)
                .put("email", Api.newName() + "@example.com")
                .put("password", password);
        assertThat(api.json("POST", "/api/register", registration.toString()).status())
                .isEqualTo(201);
    }

    /** Promise 15: the same answer. */
    @Test
    void anUnknownUserIsAnsweredLikeAWrongPassword() {
        String username = Api.newName();
        api.register(username);
        String wrongPassword = failedLogIn(username, "not_the_password");
        String unknownUser = failedLogIn("nobody_" + username, Api.PASSWORD);
        String noUsername = failedLogIn("' OR ''='", Api.PASSWORD);

        assertThat(wrongPassword).isEqualTo(unknownUser).isEqualTo(noUsername);
    }

    /** The whole answer, but for what differs with the moment. */
    private String failedLogIn(String username, String password) {
        Api.Answer answer = api.send(
                "POST",
                "/api/token",
                Api.object("username", username, "password", password).toString(),
                "Content-Type",
                "application/json",
                "X-Request-Id",
                "the-same-for-both");
        assertThat(answer.outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        return answer.exchange().toString().replaceAll("date=\\[[^]]*]", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'username':'user'}",
                "{'password':'secure_password123'}",
                "{'username':'','password':'secure_password123'}",
                "{'username':' ','password':'secure_password123'}",
                "{'username':'\\u3000','password':'secure_password123'}",
                "{'username':'\\ufeff\\u00a0','password':'secure_password123'}",
                "{'username':'\\u200b\\u2060','password':'secure_password123'}",
                "{'username':'\\u3164\\u3164\\u3164','password':'secure_password123'}",
                "{'username':'\\t\\u2028','password':'secure_password123'}",
                "{'username':'user','password':''}",
                "{'username':null,'password':'secure_password123'}",
                "{'username':'user','password':null}",
                "{'username':1,'password':'secure_password123'}",
                "{'username':'user','password':12345678}",
                "{'username':'user','password':true}",
                "{'username':'user','password':['secure_password123']}",
                "{'username':{'$ne':null},'password':{'$ne':null}}",
                "{'username':'user','password':'with\\u0000nul'}",
                "{'username':'user','password':'half of a pair: \\ud83d'}",
                "{'Username':'user','PASSWORD':'secure_password123'}"
            })
    void bothFieldsAreNeeded(String body) {
        assertThat(api.json("POST", "/api/token", body.replace('\'', '"')).outcome())
                .isEqualTo("400 MISSING_FIELDS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "'text'",
                "username=user&password=secure_password123",
                "{'username':'user','password':'secure_password123'} {}",
                "{'username':'user','password':'a','password':'secure_password123'}"
            })
    void aBodyThatIsNoJsonObjectIsNotUnderstood(String body) {
        assertThat(api.json("POST", "/api/token", body.replace('\'', '"')).outcome())
                .isEqualTo("400 INVALID_REQUEST");
    }
}
