package dev.latchkey.credentials.recovery;

import static dev.latchkey.credentials.recovery.Recovering.NEW_PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Getting back in without the password. */
@ParameterizedClass
@EnumSource(Engine.class)
final class PasswordResetTest {
    private static final String KIND = "password-reset";

    private final Mails mails;
    private final Api api;
    private final Recovering user;
    private final String name = Api.newName();
    private final String email = name + "@example.com";

    PasswordResetTest(Engine engine) {
        MailServers servers = MailServers.of(engine);
        mails = servers.mails();
        api = servers.server().api();
        user = new Recovering(api);
        assertThat(api.register(name).status()).isEqualTo(201);
    }

    private Mails.Received mail() {
        int before = mails.count(KIND, email);
        assertThat(user.requestReset(email).status()).isEqualTo(202);
        return mails.await(KIND, email, before + 1);
    }

    @Test
    void givesTheAccountBackByTheLink() {
        Api.Tokens before = api.logIn(name);
        Mails.Received mail = mail();

        assertThat(user.resetByToken(mail.token(), NEW_PASSWORD).status()).isEqualTo(200);

        assertThat(api.logIn(name, Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        Api.Answer after = api.logIn(name, NEW_PASSWORD);
        assertThat(after.status()).isEqualTo(200);
        assertThat(api.as(before.access(), "GET", "/api/me", null).outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(api.refresh(before.refresh()).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
        assertThat(user.account(Api.Tokens.of(after).access())
                        .path("email_verified")
                        .booleanValue())
                .isTrue();
        mails.await("password-changed", email, 1);
    }

    @ParameterizedTest
    @CsvSource({"%1$s-%2$s", "%1$s%2$s", "' %1$s  %2$s '", "%1$s\u2011%2$s", "'%1$s\u00a0-\u00a0%2$s'"})
    void takesTheCodeAsPeopleTypeIt(String form) {
        String code = mail().code();
        assertThat(code).matches("[2-9A-HJKMNP-TW-Z]{4}-[2-9A-HJKMNP-TW-Z]{4}");
        String typed = String.format(Locale.ROOT, form, code.substring(0, 4), code.substring(5))
                .toLowerCase(Locale.ROOT);

        assertThat(user.resetByCode(email.toUpperCase(Locale.ROOT), typed, NEW_PASSWORD)
                        .status())
                .isEqualTo(200);
        assertThat(api.logIn(name, NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void usesUpBothOfAMailAndThoseOfAllOthers() {
        Mails.Received first = mail();
        Mails.Received second = mail();

        assertThat(user.resetByCode(email, first.code(), NEW_PASSWORD).status()).isEqualTo(200);

        for (Mails.Received used : List.of(first, second)) {
            assertThat(user.resetByToken(used.token(), Api.PASSWORD).outcome()).isEqualTo("400 INVALID_CODE");
            assertThat(user.resetByCode(email, used.code(), Api.PASSWORD).outcome())
                    .isEqualTo("400 INVALID_CODE");
        }
        assertThat(api.logIn(name, NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void keepsTheThreeNewestGood() {
        List<Mails.Received> all = List.of(mail(), mail(), mail(), mail());

        assertThat(user.resetByToken(all.get(0).token(), NEW_PASSWORD).outcome())
                .isEqualTo("400 INVALID_CODE");
        assertThat(user.resetByToken(all.get(1).token(), NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void keepsAGoodCodeWhereThePasswordIsBad() {
        Mails.Received mail = mail();
        for (int i = 0; i < 25; i++) {
            Api.Answer bad = user.resetByCode(email, mail.code(), name + "@example.com");
            assertThat(bad.outcome()).isEqualTo("400 INVALID_PASSWORD");
            assertThat(bad.body().at("/errors/0/field").textValue()).isEqualTo("new_password");
        }
        assertThat(user.resetByToken(mail.token(), name + "@example.com").outcome())
                .isEqualTo("400 INVALID_PASSWORD");
        assertThat(user.resetByCode(email, "2222-2222", "password123").outcome())
                .as("only who has a good code learns of the password")
                .isEqualTo("400 INVALID_CODE");

        assertThat(user.resetByCode(email, mail.code(), NEW_PASSWORD).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                             | INVALID_REQUEST  | new_password
            {"new_password":"another_password456"}                                         | INVALID_REQUEST  | code,email
            {"code":"2222-2222","new_password":"another_password456"}                      | INVALID_REQUEST  | email
            {"email":"a@example.com","new_password":"another_password456"}                 | INVALID_REQUEST  | code
            {"token":"a","code":"2222-2222","new_password":"another_password456"}          | INVALID_REQUEST  | code
            {"token":"a","email":"a@example.com","new_password":"another_password456"}     | INVALID_REQUEST  | email
            {"token":1,"new_password":"another_password456"}                               | INVALID_CODE     | token
            {"token":"","new_password":"another_password456"}                              | INVALID_CODE     | token
            {"email":"a","code":"2222-2222","new_password":"another_password456"}          | INVALID_REQUEST  | email
            {"token":"a","new_password":"short"}                                           | INVALID_PASSWORD | new_password
            {"token":"a","new_password":7}                                                 | INVALID_REQUEST  | new_password
            """)
    void saysWhatIsWrongWithARequest(String body, String code, String fields) {
        Api.Answer answer = api.json("POST", "/api/password-reset/confirm", body);
        assertThat(answer.outcome()).isEqualTo("400 " + code);
        assertThat(answer.body().path("errors").findValuesAsText("field")).containsOnly(fields.split(","));
    }

    @ParameterizedTest
    @CsvSource({"0000-0000", "2222-222", "2222-22222", "x", "2222+2222", "\ud83d\udd11"})
    void refusesWhatIsNoCode(String code) {
        assertThat(user.resetByCode(email, code, NEW_PASSWORD).outcome()).isEqualTo("400 INVALID_CODE");
    }

    /** Each would change the password, but one code is one change. */
    @Test
    void ofFiftyAtOnceOneSucceeds() throws Exception {
        String token = mail().token();
        Callable<String> reset = () -> user.resetByToken(token, NEW_PASSWORD).outcome();

        List<String> outcomes = Together.run(Collections.nCopies(50, reset));

        assertThat(outcomes).containsOnlyOnce("200").containsOnly("200", "400 INVALID_CODE");
    }

    /** All of a user and purpose go with the first that is used, also if another one is being used. */
    @Test
    void ofThreeCodesAtOnceOneSucceeds() throws Exception {
        List<Callable<String>> resets = new ArrayList<>();
        for (Mails.Received mail : List.of(mail(), mail(), mail())) {
            for (int i = 0; i < 6; i++) {
                resets.add(
                        () -> user.resetByCode(email, mail.code(), NEW_PASSWORD).outcome());
            }
        }

        assertThat(Together.run(resets)).containsOnlyOnce("200").containsOnly("200", "400 INVALID_CODE");
    }

    @Test
    void cancelsAChangeOfTheAddress() {
        String token = user.accessToken(name);
        assertThat(user.changeEmail(token, "new." + email).status()).isEqualTo(200);
        Mails.Received change = mails.await("email-verification", "new." + email, 1);

        assertThat(user.resetByToken(mail().token(), NEW_PASSWORD).status()).isEqualTo(200);

        assertThat(user.verifyByToken(change.token()).outcome()).isEqualTo("400 INVALID_CODE");
        String after =
                api.logIn(name, NEW_PASSWORD).body().at("/data/access_token").textValue();
        assertThat(user.account(after).has("pending_email")).isFalse();
        assertThat(user.account(after).path("email").textValue()).isEqualTo(email);
    }
}
