package dev.latchkey.credentials.recovery;

import static dev.latchkey.credentials.recovery.Recovering.NEW_PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.Together;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Proving an address, and changing it. */
@ParameterizedClass
@EnumSource(Engine.class)
final class EmailVerificationTest {
    private static final String KIND = "email-verification";
    private static final String CONFIRM = "/api/email/verification/confirm";

    private final Mails mails;
    private final Api api;
    private final Recovering user;
    private final String name = Api.newName();
    private final String email = name + "@example.com";
    private final String next = "next." + email;
    private final String token;

    EmailVerificationTest(Engine engine) {
        MailServers servers = MailServers.of(engine);
        mails = servers.mails();
        api = servers.server().api();
        user = new Recovering(api);
        assertThat(api.register(name).status()).isEqualTo(201);
        token = user.accessToken(name);
    }

    private Mails.Received first() {
        return mails.await(KIND, email, 1);
    }

    private boolean isVerified() {
        return user.account(token).path("email_verified").booleanValue();
    }

    private Mails.Received asked(String address) {
        assertThat(user.changeEmail(token, address).status()).isEqualTo(200);
        return mails.await(KIND, address, 1);
    }

    @Test
    void registrationSendsWhatProvesTheAddress() {
        assertThat(isVerified()).isFalse();

        assertThat(user.verifyByToken(first().token()).status()).isEqualTo(200);

        assertThat(isVerified()).isTrue();
        assertThat(user.verifyByToken(first().token()).outcome()).isEqualTo("400 INVALID_CODE");
    }

    @Test
    void aCodeDoesWithTheAddressOrWithAnAccessToken() {
        String first = first().code();
        assertThat(user.verifyByCode(email.toUpperCase(Locale.ROOT), first).status())
                .isEqualTo(200);
        assertThat(isVerified()).isTrue();

        String moved = asked(next).code();
        assertThat(user.verifyByCode(email, moved).outcome())
                .as("sent elsewhere")
                .isEqualTo("400 INVALID_CODE");
        assertThat(user.verifyByCodeAs(token, moved).status()).isEqualTo(200);
        assertThat(user.account(token).path("email").textValue()).isEqualTo(next);
    }

    @Test
    void aCodeAloneIsNobodys() {
        String body = Api.object("code", first().code()).toString();

        Api.Answer without = api.json("POST", CONFIRM, body);
        assertThat(without.outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
        Api.Answer bad = api.as("x", "POST", CONFIRM, body);
        assertThat(bad.outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(bad.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(api.as(
                                "x",
                                "POST",
                                CONFIRM,
                                Api.object("token", first().token()).toString())
                        .outcome())
                .as("a token that is sent must be good, needed or not")
                .isEqualTo("401 INVALID_TOKEN");
        String stranger = api.newToken();
        assertThat(user.verifyByCodeAs(stranger, first().code()).outcome()).isEqualTo("400 INVALID_CODE");

        assertThat(isVerified()).isFalse();
        assertThat(user.verifyByCodeAs(token, first().code()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                              | INVALID_REQUEST | code,email
            {"email":"a@example.com"}                       | INVALID_REQUEST | code
            {"token":"a","code":"2222-2222"}                | INVALID_REQUEST | code
            {"token":"a","email":"a@example.com"}           | INVALID_REQUEST | email
            {"token":"a","email":"a@example.com","code":"b"} | INVALID_REQUEST | code,email
            {"code":7}                                      | INVALID_CODE    | code
            """)
    void saysWhatIsWrongWithARequest(String body, String code, String fields) {
        for (Api.Answer answer : List.of(api.json("POST", CONFIRM, body), api.as(token, "POST", CONFIRM, body))) {
            assertThat(answer.outcome()).isEqualTo("400 " + code);
            assertThat(answer.body().path("errors").findValuesAsText("field")).containsOnly(fields.split(","));
        }
    }

    @Test
    void sendsAnotherMailUntilThereIsNothingToProve() {
        first();
        Api.Answer asked = user.requestVerification(token);
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.body().path("data"))
                .isEqualTo(Api.object("email", email).put("sent", true));
        assertThat(user.verifyByToken(mails.await(KIND, email, 2).token()).status())
                .isEqualTo(200);

        assertThat(user.requestVerification(token).body().path("data"))
                .isEqualTo(Api.object("email", email).put("sent", false));
        asked(next);
        assertThat(user.requestVerification(token).body().path("data"))
                .isEqualTo(Api.object("email", next).put("sent", true));
        mails.await(KIND, next, 2);
    }

    @Test
    void anotherAddressWaitsUntilItIsConfirmed() {
        Mails.Received old = first();
        Mails.Received reset = reset();
        Mails.Received moved = asked(next);

        JsonNode waiting = user.account(token);
        assertThat(waiting.path("email").textValue()).isEqualTo(email);
        assertThat(waiting.path("pending_email").textValue()).isEqualTo(next);
        mails.await("email-change-requested", email, 1);

        assertThat(user.verifyByToken(moved.token()).status()).isEqualTo(200);

        JsonNode after = user.account(token);
        assertThat(after.path("email").textValue()).isEqualTo(next);
        assertThat(after.path("email_verified").booleanValue()).isTrue();
        assertThat(after.has("pending_email")).isFalse();
        assertThat(user.verifyByToken(old.token()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.resetByToken(reset.token(), NEW_PASSWORD).outcome())
                .as("who reads the mail of the old address has no way in any more")
                .isEqualTo("400 INVALID_CODE");
        String other = Api.newName();
        assertThat(api.json(
                                "POST",
                                "/api/register",
                                Api.registration(other).put("email", email).toString())
                        .status())
                .as("the old address is free")
                .isEqualTo(201);
    }

    private Mails.Received reset() {
        assertThat(user.requestReset(email).status()).isEqualTo(202);
        return mails.await("password-reset", email, 1);
    }

    @Test
    void theCurrentAddressCancelsAChange() {
        Mails.Received moved = asked(next);

        String respelled = email.toUpperCase(Locale.ROOT);
        assertThat(user.changeEmail(token, respelled)
                        .body()
                        .at("/data/pending_email")
                        .isMissingNode())
                .isTrue();

        assertThat(user.verifyByToken(moved.token()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.account(token).path("email").textValue()).isEqualTo(respelled);
        assertThat(mails.count(KIND, respelled)).isZero();
    }

    /** Whoever asked for it may be who is locked out now. */
    @Test
    void aNewPasswordCancelsAChange() {
        String moved = asked(next).token();
        String change = Api.object("current_password", Api.PASSWORD, "new_password", "another_password456")
                .toString();

        assertThat(api.as(token, "PUT", "/api/me/password", change).status()).isEqualTo(200);

        assertThat(user.account(token).has("pending_email")).isFalse();
        assertThat(user.verifyByToken(moved).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.account(token).path("email").textValue()).isEqualTo(email);
        assertThat(user.verifyByToken(first().token()).status())
                .as("its own address can be proven")
                .isEqualTo(200);
    }

    @Test
    void aCodeForTheOwnAddressLeavesThatForTheNextOne() {
        String own = first().token();
        String moved = asked(next).token();

        assertThat(user.verifyByToken(own).status()).isEqualTo(200);

        assertThat(user.verifyByToken(moved).status()).isEqualTo(200);
        assertThat(user.account(token).path("email").textValue()).isEqualTo(next);
    }

    @Test
    void anotherSpellingIsAsProven() {
        assertThat(user.verifyByToken(first().token()).status()).isEqualTo(200);

        JsonNode after =
                user.changeEmail(token, email.toUpperCase(Locale.ROOT)).body().path("data");

        assertThat(after.path("email").textValue()).isEqualTo(email.toUpperCase(Locale.ROOT));
        assertThat(after.path("email_verified").booleanValue()).isTrue();
    }

    @Test
    void onlyTheLastAddressThatWasAskedForCanBeConfirmed() {
        Mails.Received earlier = asked(next);
        Mails.Received later = asked("later." + email);

        assertThat(user.verifyByToken(earlier.token()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.verifyByCode("later." + email, later.code()).status()).isEqualTo(200);
    }

    @Test
    void anAddressThatIsTakenIsRefusedAtOnceAndInTheEnd() {
        String other = Api.newName();
        Mails.Received moved = asked(next);
        assertThat(api.json(
                                "POST",
                                "/api/register",
                                Api.registration(other).put("email", next).toString())
                        .status())
                .as("who only waits for an address keeps nobody from it")
                .isEqualTo(201);

        for (int i = 0; i < 25; i++) {
            assertThat(user.verifyByCode(next, moved.code()).outcome()).isEqualTo("409 EMAIL_EXISTS");
        }
        assertThat(user.changeEmail(token, next.toUpperCase(Locale.ROOT)).outcome())
                .isEqualTo("409 EMAIL_EXISTS");

        String otherToken = user.accessToken(other);
        assertThat(api.as(otherToken, "DELETE", "/api/me", null).status()).isEqualTo(200);
        assertThat(user.verifyByCode(next, moved.code()).status()).isEqualTo(200);
    }

    @Test
    void ofFiftyAtOnceOneSucceeds() throws Exception {
        String link = asked(next).token();
        Callable<String> confirm = () -> user.verifyByToken(link).outcome();

        List<String> outcomes = Together.run(Collections.nCopies(50, confirm));

        assertThat(outcomes).containsOnlyOnce("200").containsOnly("200", "400 INVALID_CODE");
    }

    @Test
    void ofTwoAccountsThatMoveToOneAddressOneDoes() throws Exception {
        String otherName = Api.newName();
        api.register(otherName);
        String otherToken = user.accessToken(otherName);
        assertThat(user.changeEmail(otherToken, next).status()).isEqualTo(200);
        mails.await(KIND, next, 1);
        assertThat(user.changeEmail(token, next).status()).isEqualTo(200);
        List<Mails.Received> both = List.of(mails.await(KIND, next, 1), mails.await(KIND, next, 2));

        List<String> outcomes = Together.run(both.stream()
                .map(mail -> (Callable<String>)
                        () -> user.verifyByCode(next, mail.code()).outcome())
                .toList());

        assertThat(outcomes).containsExactlyInAnyOrder("200", "409 EMAIL_EXISTS");
    }

    @Test
    void theLanguageIsThatOfTheAccountElseOfTheRequest() {
        assertThat(isResetInGerman(1, "fr;q=0.5, de-AT")).isTrue();
        assertThat(api.as(token, "PATCH", "/api/me", "{\"locale\":\"en-GB\"}")
                        .body()
                        .at("/data/locale")
                        .textValue())
                .isEqualTo("en-GB");
        assertThat(isResetInGerman(2, "de")).isFalse();
        assertThat(api.as(token, "PATCH", "/api/me", "{\"locale\":null}")
                        .body()
                        .at("/data/locale")
                        .isMissingNode())
                .isTrue();
        int number = 3;
        for (String odd : List.of("", ";", "de" + ",fr".repeat(200), "i-klingon", "*", "de;q=0", "../de", "de;q=2")) {
            assertThat(isResetInGerman(number++, odd)).as(odd).isFalse();
        }
    }

    private boolean isResetInGerman(int number, String acceptLanguage) {
        assertThat(user.requestReset(email, "Accept-Language", acceptLanguage).status())
                .isEqualTo(202);
        return mails.await("password-reset", email, number).isGerman();
    }

    @ParameterizedTest
    @CsvSource({"en", "de-AT", "pt-BR", "zh-Hant-TW", "sr-Latn-RS", "ca-ES-valencia"})
    void takesATagOfALanguage(String locale) {
        String other = Api.newName();
        Api.Answer registered = api.json(
                "POST",
                "/api/register",
                Api.registration(other).put("locale", locale).toString());
        assertThat(registered.body().at("/data/locale").textValue()).isEqualTo(locale);
        assertThat(user.account(user.accessToken(other)).path("locale").textValue())
                .isEqualTo(locale);
        assertThat(mails.await(KIND, other + "@example.com", 1).isGerman()).isEqualTo(locale.startsWith("de"));
    }

    @ParameterizedTest
    @CsvSource({
        "e",
        "de_AT",
        "de-",
        "-de",
        "deutsch-zu-lang",
        "x-private",
        "i-klingon",
        "de-a",
        "de-AT-AT",
        "''",
        "d\u00e9"
    })
    void refusesWhatIsNoTagOfALanguage(String locale) {
        String body = Api.object("locale", locale).toString();
        Api.Answer answer = api.as(token, "PATCH", "/api/me", body);
        assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("locale");
    }
}
