package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.text.Normalizer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class RegistrationTest {
    private final Api api;

    RegistrationTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
    }

    @Test
    void answersWithTheProfileAsSent() {
        String name = Api.newName();
        Api.Answer answer = api.register(name);

        assertThat(answer.status()).isEqualTo(201);
        JsonNode data = answer.body().path("data");
        assertThat(data.path("user_id").textValue()).isNotBlank();
        ObjectNode sent = Api.registration(name);
        sent.remove("password");
        ((ObjectNode) data).remove("user_id");
        assertThat(data).isEqualTo(sent);
    }

    @Test
    void keepsTextToTheLetter() {
        ObjectNode sent = Api.registration(Api.newName());
        sent.put("full_name", "  Zoë \u05d3\u05d5\u05d3 \ud83d\udd11 \"<script>\" \\ \u2028 ")
                .put("gender", " non-binary\t");

        JsonNode data = register(sent).body().path("data");

        assertThat(data.path("full_name")).isEqualTo(sent.path("full_name"));
        assertThat(data.path("gender")).isEqualTo(sent.path("gender"));
    }

    @Test
    void takesAnAgeThatIsNotGiven() {
        ObjectNode without = Api.registration(Api.newName());
        without.remove("age");
        ObjectNode withNull = Api.registration(Api.newName()).putNull("age");

        assertThat(register(without).body().path("data").has("age")).isFalse();
        assertThat(register(withNull).body().path("data").has("age")).isFalse();
    }

    /** Promise 9. */
    @Test
    void takesTheLongestOfEverything() {
        String key = "\ud83d\udd11";
        ObjectNode sent = Api.registration((Api.newName() + "x".repeat(64)).substring(0, 64))
                .put("password", Api.longestPassword())
                .put("full_name", key.repeat(256))
                .put("gender", key.repeat(64))
                .put("age", Integer.MAX_VALUE);

        assertThat(register(sent).status()).isEqualTo(201);
    }

    @Test
    void ignoresWhatItDoesNotKnow() {
        ObjectNode sent = Api.registration(Api.newName()).put("user_id", "me").put("role", "admin");
        sent.putObject("nested").putArray("list").add(1);

        Api.Answer answer = register(sent);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().at("/data/user_id").textValue()).isNotEqualTo("me");
        assertThat(answer.body().path("data").has("role")).isFalse();
    }

    /** Of any script, those beyond U+FFFF as well; and where something unseen is only a part of it. */
    @ParameterizedTest
    @CsvSource({
        "username, \ud83a\udd00\ud83a\udd01\ud83a\udd02\ud83a\udd03",
        "username, \ud840\udc00\ud840\udc01\ud869\uded6",
        "username, \ud801\udc00\ud801\udc28_1",
        "username, \ud835\udfd8.\ud800\udf80x",
        "username, \u0e01\u0e33\u0e25",
        "email, \ud83a\udd00\ud83a\udd01@example.com",
        "email, \ud840\udc00@example.com",
        "email, user@\ud840\udc00.com",
        "email, user@\ud83a\udd22\ud83a\udd23.example",
        "email, \ud801\udc28.\ud800\udf80@\ud801\udc28.\ud800\udf80.com",
        "email, \ud83d\udd11@example.com",
        "email, \u2764\ufe0f@example.com",
        "email, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645@example.com",
        "email, \u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a",
        "full_name, \ud83a\udd00",
        "full_name, '\u3000\u5c71\u3000'",
        "full_name, '\u200b.'",
        "full_name, '\u00a01'",
        "full_name, \ud83d\udc69\u200d\ud83d\ude80",
        "gender, '\ufeff-'",
        "gender, \ud840\udc00",
        "gender, \u26a7\ufe0f"
    })
    void takesEveryScript(String member, String text) {
        String name = Api.newName();
        String unique =
                switch (member) {
                    case "username" -> text + name;
                    case "email" -> name + text;
                    default -> text;
                };

        Api.Answer answer = register(Api.registration(name).put(member, unique));

        assertThat(answer.outcome()).isEqualTo("201");
        assertThat(answer.body().at("/data/" + member).textValue()).isEqualTo(unique);
    }

    /** Long in UTF-16, but not in the DNS, where each letter but the first of a label takes one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"\ud840\udc00", "\ud83a\udd22", "\ud800\udf80", "\ud801\udc28", "\ud869\uded6", "\ud83a\udd23"})
    void takesALongDomainOfLettersBeyondTheBmp(String letter) {
        String label = "." + letter.repeat(45);
        String email = Api.newName() + "@a" + label + label + label + ".example";

        assertThat(register(Api.registration(Api.newName()).put("email", email)).outcome())
                .isEqualTo("201");
    }

    /** In words that tell somebody who does not know the contract what to send. */
    @ParameterizedTest
    @CsvSource({
        "username, a b c, 'must consist of letters, digits, ''.'', ''_'' and ''-'''",
        "email, user\u00a0@example.com, must be a well-formed e-mail address",
        "full_name, '\u3000', must hold more than white space and invisible characters",
        "gender, '\u200b', must hold more than white space and invisible characters"
    })
    void saysWhatATextMayBe(String member, String text, String message) {
        JsonNode errors = register(Api.registration(Api.newName()).put(member, text))
                .body()
                .path("errors");

        assertThat(errors).containsExactly(Api.object("field", member, "message", message));
    }

    /** A member, what is sent there as JSON ("-" for nothing), and the code. */
    static Stream<String[]> wrongMembers() {
        Stream.Builder<String[]> cases = Stream.builder();
        for (String member : List.of("username", "email", "password", "full_name")) {
            for (String value : List.of(
                    "-", "null", "\"\"", "7", "true", "[]", "{}", "\"a\\u0000b@example.com\"", "\"\\ud800abcdefgh\"")) {
                cases.add(new String[] {member, value, "INVALID_REQUEST"});
            }
        }
        for (String value : List.of(
                "\"ab\"",
                "\"with space\"",
                "\"semi;colon\"",
                "\"a/b\"",
                "\"a@b\"",
                "\"emoji\ud83d\udd11\"",
                "\"\\u200babc\"",
                "\"abc\\ufe0f\"",
                "\"ab\\u034fc\"",
                "\"\\u3164\\u3164\\u3164\"",
                "\"abc\\udb40\\udd00\"",
                "\"\\u3000\\u3000\\u3000\"",
                "\"abc\\u2460\"",
                longText(65))) {
            cases.add(new String[] {"username", value, "INVALID_REQUEST"});
        }
        for (String value : List.of(
                "\"user\"",
                "\"user@\"",
                "\"@example.com\"",
                "\"user@example\"",
                "\"us er@example.com\"",
                "\"a@b@example.com\"",
                "\"user@example.\"",
                "\"user@.com\"",
                "\"user@exam ple.com\"",
                "\"" + "a".repeat(250) + "@example.com\"")) {
            cases.add(new String[] {"email", value, "INVALID_REQUEST"});
        }
        for (String unseen : List.of(
                "\\u00a0",
                "\\ufeff",
                "\\u1680",
                "\\u2003",
                "\\u2028",
                "\\u3000",
                "\\u0085",
                "\\u000b",
                "\\u200b",
                "\\u00ad",
                "\\u2060",
                "\\u180e",
                "\\u2800",
                "\\udb40\\udc41")) {
            for (String place :
                    List.of("us$er@example.com", "user@exa$mple.com", "$user@example.com", "user@example.com$")) {
                cases.add(new String[] {"email", '"' + place.replace("$", unseen) + '"', "INVALID_REQUEST"});
            }
        }
        cases.add(new String[] {"full_name", longText(257), "INVALID_REQUEST"});
        for (String unseen : List.of(
                " ",
                "\\t\\n",
                "\\u3000",
                "\\u00a0\\ufeff",
                "\\u2003 \\u2009",
                "\\u200b",
                "\\u0085",
                "\\u2028\\u2029",
                "\\u3164\\u115f",
                "\\u2800",
                "\\u202e",
                "\\ufe0f",
                "\\u00ad\\u2060",
                "\\u0001",
                "\\udb40\\udc41")) {
            cases.add(new String[] {"full_name", '"' + unseen + '"', "INVALID_REQUEST"});
            cases.add(new String[] {"gender", '"' + unseen + '"', "GENDER_REQUIRED"});
        }
        for (String value :
                List.of("\"1234567\"", "\"\ud83d\udd11\ud83d\udd11\ud83d\udd11\ud83d\udd11\"", longText(257))) {
            cases.add(new String[] {"password", value, "INVALID_PASSWORD"});
        }
        for (String value : List.of(
                "0",
                "-1",
                "1.5",
                "30.0",
                "1e2",
                "\"30\"",
                "\"\"",
                "true",
                "[]",
                "{}",
                "2147483648",
                "99999999999999999999",
                "1e999")) {
            cases.add(new String[] {"age", value, "INVALID_AGE"});
        }
        for (String value :
                List.of("-", "null", "\"\"", "\" \"", "7", "false", "[]", "{}", "\"a\\u0000\"", longText(65))) {
            cases.add(new String[] {"gender", value, "GENDER_REQUIRED"});
        }
        return cases.build();
    }

    private static String longText(int length) {
        return '"' + "a".repeat(length) + '"';
    }

    @ParameterizedTest
    @MethodSource("wrongMembers")
    void refusesAndNamesTheWrongMember(String member, String value, String code) {
        ObjectNode rest = Api.registration(Api.newName());
        rest.remove(member);
        String body = value.equals("-")
                ? rest.toString()
                : "{\"" + member + "\":" + value + "," + rest.toString().substring(1);

        Api.Answer answer = api.json("POST", "/api/register", body);

        assertThat(answer.outcome()).as(body).isEqualTo("400 " + code);
        assertThat(answer.body().path("errors").findValuesAsText("field")).containsOnly(member);
        assertThat(answer.body().path("errors").findValuesAsText("message")).allMatch(message -> !message.isBlank());
    }

    @ParameterizedTest
    @CsvSource({
        "username email password age gender, INVALID_REQUEST",
        "email gender, INVALID_REQUEST",
        "full_name age, INVALID_REQUEST",
        "password age gender, INVALID_PASSWORD",
        "password gender, INVALID_PASSWORD",
        "age gender, INVALID_AGE",
        "gender, GENDER_REQUIRED"
    })
    void answersWithTheFirstCodeThatAppliesWhateverComesFirst(String wrong, String code) {
        List<String> members = List.of(wrong.split(" "));
        ObjectNode front = Api.object();
        ObjectNode back = Api.registration(Api.newName());
        for (String member : members) {
            // One time of a wrong type, the other of a wrong value, at the front and at the back.
            if (member.equals("password")) {
                front.put(member, "short");
                back.put(member, "short");
            } else {
                front.put(member, member.equals("age") ? -1 : 7);
                back.put(member, member.equals("age") ? "x" : "");
            }
        }
        ObjectNode first = front.deepCopy();
        Api.registration(Api.newName()).properties().stream()
                .filter(member -> !front.has(member.getKey()))
                .forEach(member -> first.set(member.getKey(), member.getValue()));

        assertThat(register(first).outcome()).isEqualTo("400 " + code);
        assertThat(register(back).outcome()).isEqualTo("400 " + code);
        assertThat(register(back).body().path("errors").findValuesAsText("field"))
                .containsAll(members);
    }

    /** Promise 10: what is wrong stands in {@code errors}, together with all else that is. */
    @ParameterizedTest
    @CsvSource({
        "password1, is one of the most used passwords",
        "letmein123, is too easy to guess",
        "$name, 'is made of your username, e-mail address or name, or of this service''s name'",
        "$name@example.com, 'is made of your username, e-mail address or name, or of this service''s name'",
        "JohnDoe1990, 'is made of your username, e-mail address or name, or of this service''s name'",
        "short, must be 8 to 256 characters long"
    })
    void saysWhyAPasswordIsRefused(String password, String reason) {
        String name = "guessable_" + Api.newName();
        ObjectNode registration = Api.registration(name).put("password", password.replace("$name", name));
        JsonNode refused = Api.object("field", "password", "message", reason);

        Api.Answer alone = register(registration);
        Api.Answer withABadAge = register(registration.deepCopy().put("age", 0));
        Api.Answer withAnAgeOfAnotherType = register(registration.deepCopy().put("age", "old"));
        Api.Answer withABadAddress = register(registration.deepCopy().put("email", name));

        assertThat(alone.outcome()).isEqualTo("400 INVALID_PASSWORD");
        assertThat(alone.body().path("errors")).containsExactly(refused);
        assertThat(withABadAge.outcome()).isEqualTo("400 INVALID_PASSWORD");
        assertThat(withABadAge.body().path("errors"))
                .containsExactly(Api.object("field", "age", "message", "must be at least 1"), refused);
        assertThat(withAnAgeOfAnotherType.outcome()).isEqualTo("400 INVALID_PASSWORD");
        assertThat(withAnAgeOfAnotherType.body().path("errors"))
                .containsExactly(Api.object("field", "age", "message", "must be an integer"), refused);
        assertThat(withABadAddress.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(withABadAddress.body().path("errors").findValuesAsText("field"))
                .contains("email");
        assertThat(register(registration.put("password", Api.PASSWORD)).status())
                .isEqualTo(201);
    }

    /** Promise 10: whoever else has the name does not matter yet. */
    @Test
    void refusesAPasswordBeforeTheNamesThatAreTaken() {
        String name = Api.newName();
        api.register(name);

        assertThat(register(Api.registration(name).put("password", "password1")).outcome())
                .isEqualTo("400 INVALID_PASSWORD");
    }

    @Test
    void checksTheFormBeforeTheNamesThatAreTaken() {
        String name = Api.newName();
        api.register(name);
        ObjectNode again = Api.registration(name);
        again.remove("gender");

        assertThat(register(again).outcome()).isEqualTo("400 GENDER_REQUIRED");
        assertThat(api.register(name).outcome()).isEqualTo("409 USERNAME_EXISTS");
        assertThat(register(Api.registration(Api.newName()).put("email", name + "@example.com"))
                        .outcome())
                .isEqualTo("409 EMAIL_EXISTS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Zoë", "Straße", "Ὀδυσσεύς", "Ⅳ.Könıg", "ﬁona", "ДМИТРИЙ", "نور_1", "ｗｉｄｅ"})
    void takesOtherSpellingsOfANameForTheSame(String name) {
        String unique = name + Api.newName();
        assertThat(register(Api.registration(unique).put("email", Api.newName() + "@example.com"))
                        .status())
                .isEqualTo(201);

        for (String spelling : List.of(
                unique.toUpperCase(java.util.Locale.ROOT),
                unique.toLowerCase(java.util.Locale.ROOT),
                Normalizer.normalize(unique, Normalizer.Form.NFD),
                Normalizer.normalize(unique, Normalizer.Form.NFKC))) {
            ObjectNode again = Api.registration(spelling).put("email", Api.newName() + "@example.com");
            assertThat(register(again).outcome()).as(spelling).isEqualTo("409 USERNAME_EXISTS");
            ObjectNode sameAddress = Api.registration(Api.newName()).put("email", spelling + "@EXAMPLE.com");
            register(sameAddress);
            assertThat(register(sameAddress.put("username", Api.newName())).outcome())
                    .isEqualTo("409 EMAIL_EXISTS");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "münchen.de, xn--mnchen-3ya.de",
        "MÜNCHEN.DE, mu\u0308nchen.de",
        "straße.de, XN--STRAE-OQA.de",
        "例え.テスト, xn--r8jz45g.xn--zckzah",
        "россия.рф, xn--h1alffa9f.XN--P1AI",
        "ｍünchen.example.com, münchen.example.com"
    })
    void takesBothFormsOfADomainForTheSame(String domain, String other) {
        String name = Api.newName();
        ObjectNode first = Api.registration(name).put("email", name + "@" + domain);
        assertThat(register(first).body().at("/data/email").textValue()).isEqualTo(name + "@" + domain);

        ObjectNode second = Api.registration(Api.newName()).put("email", name + "@" + other);
        assertThat(register(second).outcome()).isEqualTo("409 EMAIL_EXISTS");
        assertThat(register(second.put("email", "x" + name + "@" + other)).status())
                .isEqualTo(201);
    }

    @Test
    void givesANameToExactlyOneOfManyAtOnce() throws Exception {
        String name = Api.newName();
        int attempts = 50;
        ExecutorService clients = Executors.newFixedThreadPool(attempts);
        try {
            Callable<String> attempt =
                    () -> register(Api.registration(name).put("email", Api.newName() + "@example.com"))
                            .outcome();
            List<Future<String>> answers = clients.invokeAll(java.util.Collections.nCopies(attempts, attempt));

            long created = 0;
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isIn("201", "409 USERNAME_EXISTS");
                created += answer.get().equals("201") ? 1 : 0;
            }
            assertThat(created).isEqualTo(1);
        } finally {
            clients.shutdown();
        }
    }

    private Api.Answer register(ObjectNode registration) {
        return api.json("POST", "/api/register", registration.toString());
    }
}
