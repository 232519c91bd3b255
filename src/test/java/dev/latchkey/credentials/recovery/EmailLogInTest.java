package dev.latchkey.credentials.recovery;

import static dev.latchkey.credentials.recovery.Recovering.NEW_PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Logging in without a password, and by the address. */
@ParameterizedClass
@EnumSource(Engine.class)
final class EmailLogInTest {
    private static final String KIND = "email-log-in";
    private static final String CONFIRM = "/api/token/email/confirm";

    private final Mails mails;
    private final Api api;
    private final Recovering user;
    private final String name = Api.newName();
    private final String email = name + "@example.com";

    EmailLogInTest(Engine engine) {
        MailServers servers = MailServers.of(engine);
        mails = servers.mails();
        api = servers.server().api();
        user = new Recovering(api);
        assertThat(api.register(name).status()).isEqualTo(201);
    }

    @Test
    void logsInTheDeviceThatAskedAndProvesTheAddress() {
        Api.Answer asked = user.requestLogIn(email.toUpperCase(Locale.ROOT));
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.header("Cache-Control")).isEqualTo("no-store");
        assertThat(asked.body().at("/data/expires_in").intValue()).isEqualTo(900);
        String device = asked.body().at("/data/device_token").textValue();
        Mails.Received mail = mails.await(KIND, email, 1);

        Api.Answer in = user.logInByCode(device, mail.code().toLowerCase(Locale.ROOT));

        assertThat(in.status()).isEqualTo(200);
        assertThat(in.body().path("data").has("refresh_token")).isFalse();
        assertThat(user.account(Api.Tokens.of(in).access())
                        .path("email_verified")
                        .booleanValue())
                .isTrue();
        assertThat(user.logInByCode(device, mail.code()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.logInByToken(device, mail.token()).outcome()).isEqualTo("400 INVALID_CODE");
    }

    @Test
    void givesARefreshTokenIfAsked() {
        String device = user.deviceFor(email);
        Mails.Received mail = mails.await(KIND, email, 1);
        String body = Api.object("device_token", device, "token", mail.token())
                .put("refresh", true)
                .toString();

        Api.Answer in = api.json("POST", CONFIRM, body);

        assertThat(api.refresh(Api.Tokens.of(in).refresh()).status()).isEqualTo(200);
    }

    /** Whoever talks a user into reading a code out, or opens the link first, has another device. */
    @Test
    void isWorthNothingOnAnotherDevice() {
        String device = user.deviceFor(email);
        Mails.Received mail = mails.await(KIND, email, 1);
        String other = user.deviceFor("nobody." + email);
        String ofTheSameAddress = user.deviceFor(email);
        mails.await(KIND, email, 2);
        String altered = device.substring(0, 5) + (device.charAt(5) == 'A' ? 'B' : 'A') + device.substring(6);

        for (String wrong : List.of(other, ofTheSameAddress, altered, "x", device + "x", ".", "\ud83d\udd11")) {
            assertThat(user.logInByCode(wrong, mail.code()).outcome()).as(wrong).isEqualTo("400 INVALID_CODE");
            assertThat(user.logInByToken(wrong, mail.token()).outcome()).isEqualTo("400 INVALID_CODE");
        }

        assertThat(user.logInByToken(device, mail.token()).status())
                .as("nor is it used up there")
                .isEqualTo(200);
    }

    @Test
    void ofFiftyAtOnceOneSucceeds() throws Exception {
        String device = user.deviceFor(email);
        String link = mails.await(KIND, email, 1).token();
        Callable<String> logIn = () -> user.logInByToken(device, link).outcome();

        List<String> outcomes = Together.run(Collections.nCopies(50, logIn));

        assertThat(outcomes).containsOnlyOnce("200").containsOnly("200", "400 INVALID_CODE");
    }

    @Test
    void aCodeIsGoodForNothingElse() {
        String device = user.deviceFor(email);
        Mails.Received logIn = mails.await(KIND, email, 1);
        Mails.Received first = mails.await("email-verification", email, 1);

        assertThat(user.resetByToken(logIn.token(), NEW_PASSWORD).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.resetByCode(email, logIn.code(), NEW_PASSWORD).outcome())
                .isEqualTo("400 INVALID_CODE");
        assertThat(user.verifyByToken(logIn.token()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.verifyByCode(email, logIn.code()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.logInByToken(device, first.token()).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.logInByCode(device, first.code()).outcome()).isEqualTo("400 INVALID_CODE");

        assertThat(user.logInByToken(device, logIn.token()).status()).isEqualTo(200);
    }

    @Test
    void endsWithAReset() {
        String device = user.deviceFor(email);
        Mails.Received logIn = mails.await(KIND, email, 1);
        user.requestReset(email);
        Mails.Received reset = mails.await("password-reset", email, 1);

        assertThat(user.resetByToken(reset.token(), NEW_PASSWORD).status()).isEqualTo(200);

        assertThat(user.logInByToken(device, logIn.token()).outcome()).isEqualTo("400 INVALID_CODE");
    }

    /** Somebody may have registered with the address of somebody else, and wait until they come. */
    @Test
    void whoRegisteredAnAddressThatNobodyHadProvenKeepsNothing() {
        String stranger = user.accessToken(name);
        assertThat(user.changeEmail(stranger, "next." + email).status()).isEqualTo(200);
        String moved = mails.await("email-verification", "next." + email, 1).token();
        String device = user.deviceFor(email);

        String in = accessToken(
                user.logInByToken(device, mails.await(KIND, email, 1).token()));

        assertThat(api.as(stranger, "GET", "/api/me", null).outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(api.logIn(name, Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        assertThat(user.verifyByToken(moved).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.account(in).path("email").textValue()).isEqualTo(email);
        assertThat(user.account(in).has("pending_email")).isFalse();

        String again = user.deviceFor(email);
        accessToken(user.logInByToken(again, mails.await(KIND, email, 2).token()));
        assertThat(user.account(in).path("email_verified").booleanValue())
                .as("from then on, a log-in ends no other session")
                .isTrue();
    }

    private static String accessToken(Api.Answer in) {
        assertThat(in.status()).isEqualTo(200);
        return Api.Tokens.of(in).access();
    }

    @Test
    void strangersDoNotUseUpTheAttemptsOfTheUser() {
        String device = user.deviceFor(email);
        String code = mails.await(KIND, email, 1).code();
        String madeUp = "A".repeat(22) + device.substring(22);
        for (int i = 0; i < 20; i++) {
            assertThat(user.logInByCode(madeUp, "2222-2222").outcome()).isEqualTo("400 INVALID_CODE");
        }
        assertThat(user.logInByCode(madeUp, "2222-2222").outcome()).isEqualTo("429 TOO_MANY_REQUESTS");

        assertThat(user.logInByCode(device, code).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                 | INVALID_CODE    | device_token
            {"device_token":"a"}                               | INVALID_REQUEST | code
            {"device_token":"a","token":"b","code":"2222-2222"} | INVALID_REQUEST | code
            {"device_token":"a","token":"b","refresh":"yes"}   | INVALID_REQUEST | refresh
            """)
    void saysWhatIsWrongWithARequest(String body, String code, String fields) {
        Api.Answer answer = api.json("POST", CONFIRM, body);
        assertThat(answer.outcome()).isEqualTo("400 " + code);
        assertThat(answer.body().path("errors").findValuesAsText("field")).containsOnly(fields.split(","));
    }

    @Test
    void theAddressStandsForTheNameWhereThatIsAllowed() {
        assertThat(api.logIn(email.toUpperCase(Locale.ROOT), Api.PASSWORD).status())
                .isEqualTo(200);
        assertThat(api.logIn(email, "wrong_password").outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        assertThat(api.logIn("nobody." + email, Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        assertThat(api.logIn("@", Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        String token = user.accessToken(name);
        assertThat(user.changeEmail(token, "next." + email).status()).isEqualTo(200);
        assertThat(api.logIn("next." + email, Api.PASSWORD).outcome())
                .as("not before it is confirmed")
                .isEqualTo("401 INVALID_CREDENTIALS");
    }
}
