package dev.latchkey.credentials.recovery;

import static dev.latchkey.credentials.recovery.Recovering.NEW_PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.Together;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How often codes can be guessed: 20 times a day for an account and purpose, whatever else there is. */
@ParameterizedClass
@EnumSource(Engine.class)
final class CodeLimitsTest {
    private static final int MAX = 20;
    private static final String WRONG = "2222-2222";

    private final ServerExtension server;
    private final Mails mails;
    private final Api api;
    private final Recovering user;
    private final String name = Api.newName();
    private final String email = name + "@example.com";

    CodeLimitsTest(Engine engine) {
        MailServers servers = MailServers.of(engine);
        server = servers.server();
        mails = servers.mails();
        api = server.api();
        user = new Recovering(api);
        assertThat(api.register(name).status()).isEqualTo(201);
    }

    private Mails.Received reset(int number) {
        assertThat(user.requestReset(email).status()).isEqualTo(202);
        return mails.await("password-reset", email, number);
    }

    private static List<String> times(int times, Function<Integer, Api.Answer> call) {
        return IntStream.range(0, times).mapToObj(i -> call.apply(i).outcome()).toList();
    }

    private Api.Answer guess(String address) {
        return user.resetByCode(address, WRONG, NEW_PASSWORD);
    }

    @Test
    void aDayHasTwentyGuessesAndNoNewMailGivesMore() {
        assertThat(times(MAX, i -> guess(email))).containsOnly("400 INVALID_CODE");
        Mails.Received fresh = reset(1);

        Api.Answer refused = user.resetByCode(email.toUpperCase(Locale.ROOT), fresh.code(), NEW_PASSWORD);

        assertThat(refused.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 3600);
        assertThat(user.resetByToken(fresh.token(), NEW_PASSWORD).status())
                .as("nobody guesses a link, so nobody can lock a user out")
                .isEqualTo(200);
    }

    @Test
    void eachPurposeAndEachAddressCountsForItself() {
        times(MAX + 1, i -> guess(email));

        assertThat(user.verifyByCode(
                                email,
                                mails.await("email-verification", email, 1).code())
                        .status())
                .isEqualTo(200);
        String device = user.deviceFor(email);
        assertThat(user.logInByCode(
                                device, mails.await("email-log-in", email, 1).code())
                        .status())
                .isEqualTo(200);
        assertThat(guess("other." + email).outcome()).isEqualTo("400 INVALID_CODE");
    }

    @Test
    void aRightCodeCostsNothing() {
        for (int i = 1; i <= 3; i++) {
            assertThat(times(6, guess -> guess(email))).containsOnly("400 INVALID_CODE");
            assertThat(user.resetByCode(email, reset(i).code(), NEW_PASSWORD + i)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(times(3, i -> guess(email)))
                .containsExactly("400 INVALID_CODE", "400 INVALID_CODE", "429 TOO_MANY_REQUESTS");
    }

    @Test
    void guessesAtOnceAreNotMore() throws Exception {
        Callable<String> guess = () -> guess(email).outcome();

        List<String> outcomes = Together.run(Collections.nCopies(50, guess));

        assertThat(outcomes).containsOnly("400 INVALID_CODE", "429 TOO_MANY_REQUESTS");
        assertThat(Collections.frequency(outcomes, "400 INVALID_CODE")).isEqualTo(MAX);
    }

    @Test
    void aSecondServerCountsOnWhereTheFirstIs() throws Exception {
        ServerExtension second = server.another();
        second.start();
        try {
            times(MAX - 1, i -> guess(email));
            Recovering there = new Recovering(second.api());
            assertThat(there.resetByCode(email, WRONG, NEW_PASSWORD).outcome()).isEqualTo("400 INVALID_CODE");
            assertThat(there.resetByCode(email, WRONG, NEW_PASSWORD).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
            assertThat(guess(email).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        } finally {
            second.stop();
        }
    }

    @Test
    void aDayLaterThereAreMore() throws SQLException {
        times(MAX + 1, i -> guess(email));
        execute("UPDATE code_attempts SET since = since - 86400000 WHERE attempts >= " + MAX);

        assertThat(times(MAX, i -> guess(email))).containsOnly("400 INVALID_CODE");
        assertThat(guess(email).outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
    }

    @Test
    void anExpiredCodeIsNone() throws SQLException {
        Mails.Received mail = reset(1);
        execute("UPDATE email_codes SET expires_at = expires_at - 900001 WHERE user_id = '" + userId() + "'");

        assertThat(user.resetByToken(mail.token(), NEW_PASSWORD).outcome()).isEqualTo("400 INVALID_CODE");
        assertThat(user.resetByCode(email, mail.code(), NEW_PASSWORD).outcome()).isEqualTo("400 INVALID_CODE");
    }

    private String userId() {
        return user.account(user.accessToken(name)).path("user_id").textValue();
    }

    /** Whatever a client is told, and whatever it does, is the same for an address that nobody has. */
    @Test
    void anAddressThatNobodyHasIsLikeAnyOther() {
        String nobody = "nobody." + email;
        mails.await("email-verification", email, 1);

        List<List<String>> traces = new ArrayList<>();
        for (String address : List.of(email, nobody)) {
            List<String> trace = new ArrayList<>();
            trace.add(trace(user.requestReset(address)));
            if (address.equals(email)) {
                mails.await("password-reset", email, 1);
            }
            trace.add(trace(user.requestLogIn(address)));
            for (int i = 0; i <= MAX; i++) {
                trace.add(trace(guess(address)));
                trace.add(trace(user.verifyByCode(address, WRONG)));
                // Each time from another device: what one gets tells no more than what another gets.
                trace.add(trace(user.logInByCode(user.deviceFor(address), WRONG)));
            }
            traces.add(trace);
        }

        assertThat(traces.get(0)).isEqualTo(traces.get(1));
        assertThat(traces.get(0)).anyMatch(line -> line.startsWith("429"));
    }

    private static String trace(Api.Answer answer) {
        String body = answer.exchange()
                .body()
                .replaceAll("\"request_id\":\"[^\"]*\"", "")
                .replaceAll("\"device_token\":\"[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{22}\"", "a device token");
        List<String> headers = new ArrayList<>();
        answer.exchange().headers().forEach((header, values) -> {
            if (!List.of("date", "x-request-id", "retry-after").contains(header)) {
                headers.add(header + "=" + values);
            }
        });
        return answer.outcome() + " " + headers + " " + body;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = Engine.connect(server.database());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
