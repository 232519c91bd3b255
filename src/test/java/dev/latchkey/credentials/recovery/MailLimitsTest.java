package dev.latchkey.credentials.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.ServerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many mails clients can have sent, how many codes they can try, and what demands a proven address. The counts are in memory. */
final class MailLimitsTest {
    /** Each test comes from addresses of its own. */
    @RegisterExtension
    static final ServerExtension SERVER = ServerExtension.limited(
            Engine.SQLITE,
            "mail.mode",
            "log",
            "logIn.byEmail",
            "true",
            "logIn.byAddress",
            "true",
            "registration.requireVerifiedEmail",
            "true",
            "http.trustedProxies",
            "127.0.0.1/32",
            "limits.mailsPerMailbox",
            "3/1h",
            "limits.mailsPerAccount",
            "4/1h",
            "limits.mailsPerAddress",
            "6/1h",
            "limits.codesPerAddress",
            "5/1h");

    /** Two mails an hour for all together. */
    @RegisterExtension
    static final ServerExtension POOR = new ServerExtension(Engine.SQLITE, "mail.mode", "log", "limits.mails", "2/1h");

    private static Mails mails;

    @BeforeAll
    static void receive() {
        mails = new Mails(SERVER);
    }

    private final Api api = SERVER.api();
    private final String name = Api.newName();
    private final String email = name + "@example.com";
    private int address;

    private Api.Answer post(String from, String path, String body, String... more) {
        return api.send(
                "POST",
                path,
                body,
                Stream.concat(Stream.of("Content-Type", "application/json", "X-Forwarded-For", from), Stream.of(more))
                        .toArray(String[]::new));
    }

    /** A client that nobody has seen. */
    private String newClient() {
        address++;
        return "203." + Math.abs(name.hashCode() % 250) + "." + (address >> 8) + "." + (address & 255);
    }

    private Api.Answer register() {
        return post(newClient(), "/api/register", Api.registration(name).toString());
    }

    private Api.Answer ask(String from, String path, String to) {
        return post(from, path, Api.object("email", to).toString());
    }

    private Api.Answer logIn(String username, String password) {
        return post(
                newClient(),
                "/api/token",
                Api.object("username", username, "password", password).toString());
    }

    /** How often a call is not refused. */
    private static int successes(Supplier<Api.Answer> call) {
        int successes = 0;
        Api.Answer answer = call.get();
        while (answer.status() < 300) {
            successes++;
            answer = call.get();
        }
        assertThat(answer.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 3600);
        return successes;
    }

    @Test
    void aMailboxGetsFewMailsWhoeverAsksAndForWhatever() {
        for (String to : List.of(email, "nobody." + email)) {
            Api.Answer first = ask(newClient(), "/api/password-reset", to);
            assertThat(first.header("RateLimit-Policy"))
                    .isEqualTo("\"mail-address\";q=6;w=3600, \"mail-mailbox\";q=3;w=3600, \"mail\";q=1000;w=3600");
            assertThat(first.header("RateLimit")).contains("\"mail-mailbox\";r=2;");
            assertThat(successes(() -> ask(newClient(), "/api/token/email", to.toUpperCase(Locale.ROOT))))
                    .isEqualTo(2);
            Api.Answer refused = ask(newClient(), "/api/password-reset", to);
            assertThat(refused.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
            assertThat(refused.header("RateLimit")).contains("\"mail-mailbox\";r=0;");
        }
    }

    @Test
    void aClientAsksForFewMails() {
        String client = newClient();
        List<String> others = new ArrayList<>();

        assertThat(successes(() -> {
                    others.add(others.size() + "." + email);
                    return ask(client, "/api/password-reset", others.get(others.size() - 1));
                }))
                .isEqualTo(6);

        assertThat(ask(newClient(), "/api/password-reset", others.get(6)).header("RateLimit"))
                .as("what was refused does not count for the mailbox")
                .contains("\"mail-mailbox\";r=2;");
    }

    @Test
    void aUserAsksForFewMailsAndARefusedChangeChangesNothing() {
        String token = loggedIn();
        int[] number = {0};
        String[] last = new String[1];

        int changes = successes(() -> {
            last[0] = number[0]++ + "." + email;
            return api.send(
                    "PATCH",
                    "/api/me",
                    Api.object("email", last[0], "full_name", last[0]).toString(),
                    "Content-Type",
                    "application/merge-patch+json",
                    "X-Forwarded-For",
                    newClient(),
                    "Authorization",
                    "Bearer " + token);
        });

        assertThat(changes).isEqualTo(4);
        var account = api.as(token, "GET", "/api/me", null).body().path("data");
        assertThat(account.path("pending_email").textValue()).isEqualTo("3." + email);
        assertThat(account.path("full_name").textValue()).isEqualTo("3." + email);
    }

    /** Somebody who gave a stranger's address cannot have a mail sent there with each change. */
    @Test
    void noticesAreFewAndApartFromOtherMails() {
        String token = loggedIn();
        String password = Api.PASSWORD;
        for (int i = 0; i < 7; i++) {
            String next = Recovering.NEW_PASSWORD + i;
            assertThat(api.as(
                                    token,
                                    "PUT",
                                    "/api/me/password",
                                    Api.object("current_password", password, "new_password", next)
                                            .toString())
                            .status())
                    .isEqualTo(200);
            password = next;
        }
        // What is asked for last is sent last.
        ask(newClient(), "/api/password-reset", email);
        mails.await("password-reset", email, 1);
        mails.await("password-changed", email, 4);
        assertThat(mails.count("password-changed", email)).isEqualTo(4);
    }

    private String loggedIn() {
        register();
        confirm(newClient(), mails.await("email-verification", email, 1).token());
        return logIn(name, Api.PASSWORD).body().at("/data/access_token").textValue();
    }

    private Api.Answer confirm(String from, String token) {
        return post(
                from,
                "/api/email/verification/confirm",
                Api.object("token", token).toString());
    }

    @Test
    void aClientTriesFewCodesAndLinksInVain() {
        register();
        String client = newClient();
        for (int i = 0; i < 4; i++) {
            assertThat(confirm(client, "x").outcome()).isEqualTo("400 INVALID_CODE");
        }
        assertThat(confirm(client, mails.await("email-verification", email, 1).token())
                        .header("RateLimit"))
                .as("a good one costs nothing")
                .startsWith("\"code-address\";r=1;");
        assertThat(post(client, "/api/password-reset/confirm", "{}").outcome())
                .as("nor does what is none")
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(post(client, "/api/token/email/confirm", "{\"device_token\":\"x\",\"code\":\"x\"}")
                        .outcome())
                .isEqualTo("400 INVALID_CODE");

        for (String path :
                List.of("/api/email/verification/confirm", "/api/password-reset/confirm", "/api/token/email/confirm")) {
            assertThat(post(client, path, "{}").outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        }
        assertThat(confirm(newClient(), "x").outcome()).isEqualTo("400 INVALID_CODE");
    }

    @Test
    void whereNoMoreMailsMayBeSentUsersRegisterAllTheSame() {
        Api poor = POOR.api();
        Mails ofPoor = new Mails(POOR);
        List<String> names = List.of(Api.newName(), Api.newName(), Api.newName());
        for (String each : names) {
            Api.Answer registered = poor.register(each);
            assertThat(registered.status()).isEqualTo(201);
            assertThat(registered.header("RateLimit")).isNull();
        }
        assertThat(ask(poor, names.get(2)).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        String token = poor.logIn(names.get(0), Api.PASSWORD)
                .body()
                .at("/data/access_token")
                .textValue();
        poor.as(
                token,
                "PUT",
                "/api/me/password",
                Api.object("current_password", Api.PASSWORD, "new_password", Recovering.NEW_PASSWORD)
                        .toString());

        ofPoor.await("email-verification", names.get(0) + "@example.com", 1);
        ofPoor.await("email-verification", names.get(1) + "@example.com", 1);
        ofPoor.await("password-changed", names.get(0) + "@example.com", 1);
        assertThat(ofPoor.to(names.get(2) + "@example.com")).isEmpty();
    }

    private static Api.Answer ask(Api of, String username) {
        return of.json(
                "POST",
                "/api/password-reset",
                Api.object("email", username + "@example.com").toString());
    }

    @Test
    void whereAProvenAddressIsDemandedThePasswordAloneIsNotEnough() {
        register();
        String first = mails.await("email-verification", email, 1).token();

        assertThat(logIn(name, "wrong_password").outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        for (int i = 0; i < 8; i++) {
            assertThat(logIn(name, Api.PASSWORD).outcome())
                    .as("the same, whether a mail is sent or too many were")
                    .isEqualTo("403 EMAIL_NOT_VERIFIED");
        }
        String last = mails.await("email-verification", email, 3).token();
        assertThat(confirm(newClient(), last).status()).isEqualTo(200);

        assertThat(logIn(email, Api.PASSWORD).status()).isEqualTo(200);
        assertThat(mails.count("email-verification", email)).isEqualTo(3);
        assertThat(confirm(newClient(), first).outcome()).isEqualTo("400 INVALID_CODE");
    }

    @Test
    void aLogInByMailProvesTheAddressThatIsDemanded() {
        register();
        String device = ask(newClient(), "/api/token/email", email)
                .body()
                .at("/data/device_token")
                .textValue();
        String code = mails.await("email-log-in", email, 1).code();

        assertThat(post(
                                newClient(),
                                "/api/token/email/confirm",
                                Api.object("device_token", device, "code", code).toString())
                        .status())
                .isEqualTo(200);
        assertThat(logIn(name, Api.PASSWORD).outcome())
                .as("somebody else may have set it")
                .isEqualTo("401 INVALID_CREDENTIALS");
        assertThat(ask(newClient(), "/api/password-reset", email).status()).isEqualTo(202);
        String reset = mails.await("password-reset", email, 1).token();
        String body = Api.object("token", reset, "new_password", Recovering.NEW_PASSWORD)
                .toString();
        assertThat(post(newClient(), "/api/password-reset/confirm", body).status())
                .isEqualTo(200);
        assertThat(logIn(name, Recovering.NEW_PASSWORD).status()).isEqualTo(200);
    }

    /** Else the address would give as many guesses again. */
    @Test
    void wrongPasswordsCountInOnePlaceByNameAndByAddress() {
        register();
        for (int i = 0; i < 10; i++) {
            assertThat(logIn(i % 2 == 0 ? name : email, "wrong_password").outcome())
                    .isEqualTo("401 INVALID_CREDENTIALS");
        }
        assertThat(logIn(name, Api.PASSWORD).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(logIn(email, Api.PASSWORD).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        for (int i = 0; i < 10; i++) {
            assertThat(logIn("nobody." + email, "wrong_password").outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        }
        assertThat(logIn("Nobody." + email, "wrong_password").outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
    }
}
