package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.client.ChangesApi.ReadChangesOptions;
import dev.latchkey.client.ErrorKind;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.client.StoredTokens;
import dev.latchkey.client.TokenStore;
import dev.latchkey.client.model.AccountChanges;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.FieldError;
import dev.latchkey.client.model.NewUser;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.Success;
import dev.latchkey.client.model.TokenRefresh;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                provocation(ErrorCode.INVALID_TOKEN, 401, user -> loggedIn(URL)
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
                provocation(ErrorCode.CHANGES_GONE, 410, user -> user.changes()
                        .readChanges(new ReadChangesOptions().since(Long.MAX_VALUE))),
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
                        "{\"status\":\"failure\",\"code\":\"OF_A_LATER_VERSION\",\"message\":\"Full.\",\"more\":{\"of\":[1]},"
                                + "\"errors\":[{\"field\":\"value\",\"message\":\"too much\",\"limit\":5}]}",
                        Map.of()),
                Answer.success(
                        "{\"status\":\"partly\",\"more\":1,\"data\":{\"key\":\"key\",\"value\":\"v\",\"etag\":\"1\"}}"));

        LatchkeyException error = failure();
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(error.getMessage()).isEqualTo("Full.");
        assertThat(error.getErrors())
                .containsExactly(new FieldError().field("value").message("too much"));

        var answer = loggedIn(stub.url()).data().readEntry("key");
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
        assertThat(error.getKind()).isEqualTo(ErrorKind.UNUSABLE_ANSWER);
        assertThat(error)
                .hasMessage("readEntry (GET " + stub.url()
                        + "/api/data/{key}): the answer (status 502) is not one of a Latchkey server.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>Log in to this network</html>", "null", "[]", "{\"data\":"})
    void aSuccessThatIsNotLatchkeysIsNone(String body) {
        stub.answer(Answer.success(body));

        LatchkeyException error = failure();

        assertThat(error.getStatus()).isEqualTo(200);
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(error.getKind()).isEqualTo(ErrorKind.UNUSABLE_ANSWER);
        assertThat(error)
                .hasMessage("readEntry (GET " + stub.url() + "/api/data/{key}): the answer (status 200) is not one of"
                        + " a Latchkey server. Is the address right?");
    }

    @Test
    void aLogInWithoutATokenIsNone() {
        stub.answer(Answer.success(StubServer.SUCCESS));
        Latchkey latchkey = new Latchkey(stub.url());

        assertThat(catchThrowableOfType(LatchkeyException.class, () -> latchkey.logIn("user", "password")))
                .hasMessage("The answer to the log-in has no token, and so is not one of a Latchkey server.");
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
        assertThat(error.getKind()).isEqualTo(ErrorKind.NO_ANSWER);
        assertThat(error).hasMessage("readEntry (GET " + stub.url() + "/api/data/{key}): no answer (no connection).");
        assertThat(error.getRequestId()).isEmpty();
        assertThat(error.getRetryAfter()).isEmpty();
    }

    /** As a question mark it would be another key. */
    @Test
    void whatIsNoTextIsNotSent() {
        Latchkey latchkey = loggedIn(stub.url());

        assertThatIllegalArgumentException().isThrownBy(() -> latchkey.data().readEntry("a\ud83d"));
        assertThatIllegalArgumentException().isThrownBy(() -> latchkey.data()
                .createEntry(new Entry().key("key").value("\udd11")));
        assertThat(stub.asked()).isEmpty();
    }

    static Stream<String> none() throws IOException {
        return addresses("none");
    }

    static Stream<String> good() throws IOException {
        return addresses("good");
    }

    private static Stream<String> addresses(String list) throws IOException {
        List<String> found = new ArrayList<>();
        new ObjectMapper()
                .readTree(new File("src/sdk/addresses.json"))
                .get(list)
                .forEach(address -> found.add(address.asText()));
        return found.stream();
    }

    @ParameterizedTest
    @MethodSource("none")
    void anAddressIsOne(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Latchkey(url))
                .withMessage("\"%s\" is no address of a server. It has to be one such as http://localhost:3000", url);
    }

    @ParameterizedTest
    @MethodSource("good")
    void addressesAreTakenAsPeopleWriteThem(String url) {
        assertThat(new Latchkey(url).isLoggedIn()).isFalse();
    }

    static Stream<Arguments> writes() {
        return Stream.of(
                Arguments.of(
                        "createEntry (POST %s/api/data)",
                        (Consumer<Latchkey>) it ->
                                it.data().createEntry(new Entry().key("secret").value(""))),
                Arguments.of(
                        "updateEntry (PUT %s/api/data/{key})",
                        (Consumer<Latchkey>) it -> it.data().updateEntry("secret", new NewValue().value(""))),
                Arguments.of(
                        "deleteEntry (DELETE %s/api/data/{key})",
                        (Consumer<Latchkey>) it -> it.data().deleteEntry("secret")),
                Arguments.of(
                        "updateAccount (PATCH %s/api/me)",
                        (Consumer<Latchkey>) it -> it.account().updateAccount(new AccountChanges())),
                Arguments.of(
                        "registerUser (POST %s/api/register)",
                        (Consumer<Latchkey>) it -> it.users().registerUser(someone())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void aWriteWithoutAnAnswerMayHaveBeenDone(String label, Consumer<Latchkey> call) throws Exception {
        stub.answer(request -> Answer.brokenOff());
        LatchkeyException lost = catchThrowableOfType(LatchkeyException.class, () -> call.accept(loggedIn(stub.url())));
        assertThat(lost.getKind()).isEqualTo(ErrorKind.NO_ANSWER);
        assertThat(lost.getMessage())
                .startsWith(label.formatted(stub.url()) + ": no answer (")
                .endsWith("). It may have been done all the same.");

        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort();
            LatchkeyException late = catchThrowableOfType(
                    LatchkeyException.class,
                    () -> call.accept(loggedIn(url, new LatchkeyOptions().timeout(Duration.ofMillis(50)))));
            assertThat(late.getKind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(late.getStatus()).isZero();
            assertThat(late)
                    .hasMessage(label.formatted(url)
                            + ": no answer within 0.05 seconds. It may have been done all the same.");
        }
    }

    @Test
    void aReadHasDoneNothing() {
        stub.answer(request -> Answer.brokenOff());

        assertThat(failure().getMessage()).doesNotContain("may have been done").endsWith(").");
    }

    static Stream<Consumer<Latchkey>> calls() {
        return Stream.of(
                it -> it.data().readEntry("key"),
                it -> it.data().createEntry(new Entry().key("key").value("")),
                it -> it.account().readAccount(),
                it -> it.sessions().listSessions(),
                it -> it.tokens().logOut());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void nobodyIsLoggedIn(Consumer<Latchkey> call) {
        LatchkeyException error =
                catchThrowableOfType(LatchkeyException.class, () -> call.accept(new Latchkey(stub.url())));

        assertThat(error).hasMessage("You are not logged in: call logIn first.");
        assertThat(error.getKind()).isEqualTo(ErrorKind.NOT_LOGGED_IN);
        assertThat(error.getStatus()).isEqualTo(401);
        assertThat(error.getCode()).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(stub.asked()).isEmpty();
    }

    private static Latchkey loggedIn(String url) {
        return loggedIn(url, new LatchkeyOptions());
    }

    /** With a token that never expires. */
    static Latchkey loggedIn(String url, LatchkeyOptions options) {
        return new Latchkey(url, options.tokenStore(new TokenStore() {
            @Override
            public Optional<StoredTokens> load() {
                return Optional.of(new StoredTokens("access", Instant.MAX, null));
            }

            @Override
            public void save(StoredTokens tokens) {}

            @Override
            public void clear() {}
        }));
    }

    private LatchkeyException failure() {
        Latchkey latchkey = loggedIn(stub.url());
        return catchThrowableOfType(
                LatchkeyException.class, () -> latchkey.data().readEntry("key"));
    }
}
