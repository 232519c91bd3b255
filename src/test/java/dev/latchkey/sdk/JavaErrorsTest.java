package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.Api;
import dev.latchkey.Engine;
import dev.latchkey.ServerExtension;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.model.AccountChanges;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.FieldError;
import dev.latchkey.client.model.NewUser;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.Success;
import dev.latchkey.client.model.TokenRefresh;
import dev.latchkey.sdk.StubServer.Answer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong is the one exception. */
final class JavaErrorsTest {
    private static final String URL =
            "http://127.0.0.1:" + ServerExtension.shared(Engine.SQLITE).port();
    private static final String NAME = Api.newName();
    private static final Latchkey USER = user();

    private final StubServer stub = new StubServer();

    @AfterEach
    void close() {
        stub.close();
    }

    private static Latchkey user() {
        Latchkey latchkey = new Latchkey(URL);
        latchkey.register(JavaClientTest.newUser(NAME));
        latchkey.data().createEntry(new Entry().key("key").value("value"));
        return latchkey;
    }

    private static NewUser someone() {
        return JavaClientTest.newUser(Api.newName());
    }

    static Stream<Arguments> provocations() {
        return Stream.of(
                provocation(ErrorCode.INVALID_REQUEST, 400, user -> user.users()
                        .registerUser(someone().email("nowhere"))),
                provocation(
                        ErrorCode.INVALID_PASSWORD,
                        400,
                        user -> user.register(someone().password("short"))),
                provocation(
                        ErrorCode.INVALID_AGE,
                        400,
                        user -> user.register(someone().age(0))),
                provocation(
                        ErrorCode.GENDER_REQUIRED,
                        400,
                        user -> user.register(someone().gender(null))),
                provocation(
                        ErrorCode.USERNAME_EXISTS,
                        409,
                        user -> user.register(someone().username(NAME))),
                provocation(
                        ErrorCode.EMAIL_EXISTS,
                        409,
                        user -> user.register(someone().email(NAME + "@example.com"))),
                provocation(ErrorCode.MISSING_FIELDS, 400, user -> user.logIn(NAME, "")),
                provocation(ErrorCode.INVALID_CREDENTIALS, 401, user -> user.logIn(NAME, "another_password456")),
                provocation(ErrorCode.INVALID_TOKEN, 401, user -> new Latchkey(URL)
                        .data()
                        .readEntry("key")),
                provocation(ErrorCode.INVALID_REFRESH_TOKEN, 401, user -> user.tokens()
                        .refreshToken(new TokenRefresh().refreshToken("lkr_none"))),
                provocation(ErrorCode.INVALID_KEY, 400, user -> user.data().readEntry("\u0001")),
                provocation(ErrorCode.INVALID_VALUE, 400, user -> user.data().updateEntry("key", new NewValue())),
                provocation(ErrorCode.KEY_EXISTS, 409, user -> user.data()
                        .createEntry(new Entry().key("key").value("other"))),
                provocation(ErrorCode.KEY_NOT_FOUND, 404, user -> user.data().deleteEntry("nothing")),
                provocation(ErrorCode.NOT_FOUND, 404, user -> user.sessions()
                        .endSession("00000000-0000-4000-8000-000000000000")),
                provocation(ErrorCode.PAYLOAD_TOO_LARGE, 413, user -> user.account()
                        .updateAccount(new AccountChanges().fullName("n".repeat(1 << 20)))));
    }

    private static Arguments provocation(ErrorCode code, int status, Consumer<Latchkey> call) {
        return Arguments.of(code, status, call);
    }

    @ParameterizedTest
    @MethodSource("provocations")
    void theServerSaysWhatIsWrong(ErrorCode code, int status, Consumer<Latchkey> call) {
        LatchkeyException error = catchThrowableOfType(LatchkeyException.class, () -> call.accept(USER));

        assertThat(error.getCode()).isEqualTo(code);
        assertThat(error.getStatus()).isEqualTo(status);
        assertThat(error.getMessage()).isNotBlank();
        assertThat(error.getRequestId()).isPresent();
        assertThat(error)
                .hasToString(LatchkeyException.class.getName() + ": " + status + " " + code + ": "
                        + error.getMessage() + (error.getErrors().isEmpty() ? "" : " " + error.getErrors())
                        + " (request "
                        + error.getRequestId().orElseThrow() + ")");
        assertThat(USER.isLoggedIn()).isTrue();
    }

    @Test
    void itSaysWhichFieldIsWrong() {
        LatchkeyException error = catchThrowableOfType(
                LatchkeyException.class, () -> USER.register(someone().age(-1)));

        assertThat(error.getErrors()).extracting(FieldError::getField).containsExactly("age");
        assertThat(error.getErrors().get(0).getMessage()).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeArrives(ErrorCode code) {
        stub.answer(Answer.error(418, code.getValue(), "Because.", Map.of("X-Request-Id", "5f2b", "Retry-After", "7")));

        LatchkeyException error = failure();

        assertThat(error.getCode()).isEqualTo(code);
        assertThat(error.getStatus()).isEqualTo(418);
        assertThat(error.getMessage()).isEqualTo("Because.");
        assertThat(error.getErrors()).isEmpty();
        assertThat(error.getRequestId()).contains("5f2b");
        assertThat(error.getRetryAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void whatALaterVersionAddsBreaksNothing() {
        stub.answer(
                new Answer(
                        409,
                        "{\"status\":\"failure\",\"code\":\"QUOTA_EXCEEDED\",\"message\":\"Full.\",\"more\":{\"of\":[1]},"
                                + "\"errors\":[{\"field\":\"value\",\"message\":\"too much\",\"limit\":5}]}",
                        Map.of()),
                Answer.success(
                        "{\"status\":\"partly\",\"more\":1,\"data\":{\"key\":\"key\",\"value\":\"v\",\"etag\":\"1\"}}"));

        LatchkeyException error = failure();
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(error.getMessage()).isEqualTo("Full.");
        assertThat(error.getErrors())
                .containsExactly(new FieldError().field("value").message("too much"));

        var answer = new Latchkey(stub.url()).data().readEntry("key");
        assertThat(answer.getStatus()).isEqualTo(Success.UNKNOWN);
        assertThat(answer.getData().getValue()).isEqualTo("v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>Bad gateway</html>", "null", "[]", "1", "{}", "{\"code\":{}}", "{\"status\":"})
    void whatIsNotLatchkeysIsAnErrorToo(String body) {
        stub.answer(new Answer(502, body, Map.of()));

        LatchkeyException error = failure();

        assertThat(error.getStatus()).isEqualTo(502);
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(error).hasMessage("The server answered 502.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>Log in to this network</html>", "null", "[]", "{\"data\":"})
    void aSuccessThatIsNotLatchkeysIsNone(String body) {
        stub.answer(Answer.success(body));

        LatchkeyException error = failure();

        assertThat(error.getStatus()).isEqualTo(200);
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNKNOWN);
    }

    @Test
    void aLogInWithoutATokenIsNone() {
        stub.answer(Answer.success(StubServer.SUCCESS));
        Latchkey latchkey = new Latchkey(stub.url());

        assertThat(catchThrowableOfType(LatchkeyException.class, () -> latchkey.logIn("user", "password")))
                .hasMessage("The answer is not one of a Latchkey server.");
        assertThat(latchkey.isLoggedIn()).isFalse();
    }

    @Test
    void nobodyIsRedirected() {
        stub.answer(new Answer(302, "", Map.of("Location", "http://127.0.0.1:1/")));

        assertThat(failure().getStatus()).isEqualTo(302);
    }

    @Test
    void errorsMayBeInAnyScript() {
        stub.answer(Answer.error(400, "INVALID_KEY", "Ключ \ud83d\udd11 \u05de\u05e4\u05ea\u05d7"));

        assertThat(failure()).hasMessage("Ключ \ud83d\udd11 \u05de\u05e4\u05ea\u05d7");
    }

    @Test
    void noServerIsAnErrorToo() {
        stub.close();

        LatchkeyException error = failure();

        assertThat(error.getStatus()).isZero();
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(error).hasCauseInstanceOf(ConnectException.class);
        assertThat(error.getRequestId()).isEmpty();
        assertThat(error.getRetryAfter()).isEmpty();
    }

    /** As a question mark it would be another key. */
    @Test
    void whatIsNoTextIsNotSent() {
        Latchkey latchkey = new Latchkey(stub.url());

        assertThatIllegalArgumentException().isThrownBy(() -> latchkey.data().readEntry("a\ud83d"));
        assertThatIllegalArgumentException().isThrownBy(() -> latchkey.data()
                .createEntry(new Entry().key("key").value("\udd11")));
        assertThat(stub.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:3000?a=b",
                "http://localhost:3000/#a",
                "",
                "localhost:3000",
                "ftp://localhost",
                "/api",
                "http://"
            })
    void anAddressIsOne(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Latchkey(url));
    }

    private LatchkeyException failure() {
        Latchkey latchkey = new Latchkey(stub.url());
        return catchThrowableOfType(
                LatchkeyException.class, () -> latchkey.data().readEntry("key"));
    }
}
