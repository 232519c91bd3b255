package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.Together;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Changing one's own password. */
@ParameterizedClass
@EnumSource(Engine.class)
final class PasswordChangeTest {
    private static final String OTHER = "another_password456";

    private final Api api;
    private final String name = Api.newName();
    private final LogIn user;

    PasswordChangeTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        user = LogIn.ofNewUser(api, name);
    }

    /** Promise 19: an old password's tokens stop working. */
    @Test
    void endsEverySessionButOnesOwn() {
        LogIn elsewhere = LogIn.of(api, name, Api.PASSWORD).orElseThrow();
        LogIn stranger = LogIn.ofNewUser(api);

        assertThat(user.changePassword(Api.PASSWORD, OTHER).status()).isEqualTo(200);

        assertThat(elsewhere.read().outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(elsewhere.refreshed()).isEmpty();
        assertThat(user.read().status()).isEqualTo(200);
        assertThat(user.refreshed()).isPresent();
        assertThat(user.call("GET", "/api/sessions", null).body().at("/data/sessions"))
                .hasSize(1);
        assertThat(stranger.isAlive()).isTrue();
        assertThat(LogIn.of(api, name, Api.PASSWORD)).isEmpty();
        assertThat(LogIn.of(api, name, OTHER)).isPresent();
    }

    /** Promise 10: as at registration, and whether or not the current password is right. */
    @Test
    void takesNoPasswordThatIsGuessedFirst() {
        for (String weak : List.of("password1", "qwertyuiop", name + "@example.com")) {
            Api.Answer answer = user.changePassword(Api.PASSWORD, weak);
            assertThat(answer.outcome()).as(weak).isEqualTo("400 INVALID_PASSWORD");
            assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("new_password");
        }
        assertThat(LogIn.of(api, name, Api.PASSWORD)).isPresent();
    }

    @Test
    void wantsTheCurrentPasswordExactly() {
        LogIn elsewhere = LogIn.of(api, name, Api.PASSWORD).orElseThrow();
        for (String wrong : List.of(OTHER, Api.PASSWORD + " ", "Secure_password123", "x")) {
            Api.Answer answer = user.changePassword(wrong, OTHER);
            assertThat(answer.outcome()).isEqualTo("401 INVALID_CREDENTIALS");
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        }
        assertThat(user.read().status()).as("the token is as good as before").isEqualTo(200);
        assertThat(elsewhere.isAlive()).isTrue();
        assertThat(LogIn.of(api, name, Api.PASSWORD)).isPresent();
    }

    /** Promise 23. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                              | INVALID_REQUEST  | current_password,new_password
            {"current_password":"secure_password123"}                       | INVALID_REQUEST  | new_password
            {"new_password":"another_password456"}                          | INVALID_REQUEST  | current_password
            {"current_password":1,"new_password":"another_password456"}     | INVALID_REQUEST  | current_password
            {"current_password":"","new_password":"another_password456"}    | INVALID_REQUEST  | current_password
            {"current_password":"secure_password123","new_password":null}   | INVALID_REQUEST  | new_password
            {"current_password":"secure_password123","new_password":12345678} | INVALID_REQUEST | new_password
            {"current_password":"","new_password":"short"}                  | INVALID_REQUEST  | current_password,new_password
            {"current_password":"secure_password123","new_password":"short"} | INVALID_PASSWORD | new_password
            {"current_password":"wrong","new_password":"short"}             | INVALID_PASSWORD | new_password
            """)
    void refusesWhatCannotBeChanged(String body, String code, String fields) {
        Api.Answer answer = user.call("PUT", "/api/me/password", body);
        assertThat(answer.outcome()).isEqualTo("400 " + code);
        assertThat(answer.body().path("errors").findValuesAsText("field")).containsOnly(fields.split(","));
    }

    /** Promise 19: there is no moment in which a session of the old password slips through. */
    @Test
    void leavesNoSessionOfTheOldPasswordWhateverHappensMeanwhile() throws Exception {
        LogIn own = user;
        String old = Api.PASSWORD;
        for (int i = 0; i < 8; i++) {
            String current = old;
            String next = OTHER + i;
            LogIn elsewhere = LogIn.of(api, name, current).orElseThrow();
            Callable<Optional<LogIn>> change = () -> {
                assertThat(own.changePassword(current, next).status()).isEqualTo(200);
                return Optional.empty();
            };
            Callable<Optional<LogIn>> logIn = () -> LogIn.of(api, name, current);
            List<Optional<LogIn>> others = Together.run(List.of(change, logIn, logIn, elsewhere::refreshed));

            assertThat(elsewhere.isAlive()).isFalse();
            others.stream().flatMap(Optional::stream).forEach(other -> assertThat(other.isAlive())
                    .isFalse());
            assertThat(own.call("GET", "/api/sessions", null).body().at("/data/sessions"))
                    .hasSize(1);
            old = next;
        }
    }

    @Test
    void ofTwoChangesAtOnceOneIsMade() throws Exception {
        LogIn elsewhere = LogIn.of(api, name, Api.PASSWORD).orElseThrow();
        List<String> next = List.of(OTHER + "a", OTHER + "b");

        List<String> outcomes = Together.run(List.of(
                () -> user.changePassword(Api.PASSWORD, next.get(0)).outcome(),
                () -> elsewhere.changePassword(Api.PASSWORD, next.get(1)).outcome()));

        assertThat(outcomes).containsOnlyOnce("200");
        int winner = outcomes.indexOf("200");
        // By then the loser's session may have ended, too.
        assertThat(outcomes.get(1 - winner)).isIn("401 INVALID_CREDENTIALS", "401 INVALID_TOKEN");
        assertThat(LogIn.of(api, name, next.get(winner))).isPresent();
        assertThat(LogIn.of(api, name, next.get(1 - winner))).isEmpty();
        assertThat((winner == 0 ? elsewhere : user).isAlive()).isFalse();
    }
}
