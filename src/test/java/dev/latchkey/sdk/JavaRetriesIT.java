package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.DataApi.CreateEntryOptions;
import dev.latchkey.client.ErrorKind;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.client.ListOptions;
import dev.latchkey.client.PatientOptions;
import dev.latchkey.client.SetOptions;
import dev.latchkey.client.model.AccountChanges;
import dev.latchkey.client.model.Batch;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ExpiryChange;
import dev.latchkey.client.model.ListedEntry;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.PasswordChange;
import dev.latchkey.client.model.Success;
import dev.latchkey.client.model.TokenRefresh;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.sdk.StubServer.Request;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is repeated, and what is not; nothing for ever, and nothing that may not be stopped. */
final class JavaRetriesIT {
    private final StubServer stub = new StubServer();
    private final List<Duration> waits = new ArrayList<>();
    private final Latchkey latchkey = latchkey(options());

    @AfterEach
    void close() {
        stub.close();
    }

    private LatchkeyOptions options() {
        return PatientOptions.waiting(waits::add);
    }

    private Latchkey latchkey(LatchkeyOptions options) {
        return JavaErrorsTest.loggedIn(stub.url(), options);
    }

    private static LatchkeyException failure(Latchkey latchkey, Consumer<Latchkey> call) {
        return catchThrowableOfType(LatchkeyException.class, () -> call.accept(latchkey));
    }

    private static Arguments call(String name, Consumer<Latchkey> call) {
        return Arguments.of(name, call);
    }

    static Stream<Arguments> harmlessTwice() {
        return Stream.of(
                call("read", latchkey -> latchkey.data().readEntry("key")),
                call("update", latchkey -> latchkey.data().updateEntry("key", new NewValue().value("value"))),
                call("delete", latchkey -> latchkey.data().deleteEntry("key")),
                call("create", latchkey -> latchkey.data()
                        .createEntry(new Entry().key("key").value("value"))),
                call("change the expiry", latchkey -> latchkey.data().changeExpiry("key", new ExpiryChange())),
                call("register", latchkey -> latchkey.users().registerUser(JavaClientTest.newUser("user"))),
                call("batch", latchkey -> latchkey.data().runBatch(new Batch())),
                call("patch", latchkey -> latchkey.account().updateAccount(new AccountChanges().age(null))),
                call("end a session", latchkey -> latchkey.sessions().endSession("session")),
                call("log in", latchkey -> latchkey.logIn("user", "password")),
                call("refresh", latchkey -> latchkey.tokens().refreshToken(new TokenRefresh().refreshToken("r1"))));
    }

    static Stream<Arguments> harmfulTwice() {
        return Stream.of(
                call("change the password", latchkey -> latchkey.account()
                        .changePassword(
                                new PasswordChange().currentPassword("old").newPassword("new"))),
                call("import lines", latchkey -> latchkey.data().importEntries("{}")),
                call("delete the account", latchkey -> latchkey.account().deleteAccount()));
    }

    static Stream<Arguments> all() {
        return Stream.concat(harmlessTwice(), harmfulTwice());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void whatWasTooMuchIsRepeated(String name, Consumer<Latchkey> call) {
        stub.answer(Answer.tooMany(2), Answer.tooMany(1), Answer.tokens("a1", "r1"), Answer.tokens("a1", "r1"));

        call.accept(latchkey);

        assertThat(waits).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(1));
        assertThat(stub.requests().get(2)).isEqualTo(stub.requests().get(0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmlessTwice")
    void whatIsHarmlessTwiceIsRepeatedWhereTheServerWasBusy(String name, Consumer<Latchkey> call) {
        stub.answer(Answer.busy(1), Answer.tokens("a1", "r1"));

        call.accept(latchkey);

        assertThat(waits).containsExactly(Duration.ofSeconds(1));
        assertThat(stub.requests().get(1)).isEqualTo(stub.requests().get(0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmfulTwice")
    void whatMayBeHarmfulTwiceIsNot(String name, Consumer<Latchkey> call) {
        stub.answer(Answer.busy(1));

        LatchkeyException error = failure(latchkey, call);

        assertThat(error.getCode()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error.getRetryAfter()).contains(Duration.ofSeconds(1));
        assertThat(waits).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void nothingElseIsRepeated(String name, Consumer<Latchkey> call) {
        for (int status : new int[] {400, 408, 500, 502, 504}) {
            stub.answer(Answer.error(status, "INTERNAL_ERROR", "Broken."));
            assertThat(failure(latchkey, call).getStatus()).isEqualTo(status);
        }
        assertThat(waits).isEmpty();
    }

    /** The first attempt may have ended it; ended it is. */
    @Test
    void aDeletionThatIsRepeatedMayFindNothing() {
        Answer absent = Answer.error(404, "NOT_FOUND", "Not there.");
        stub.answer(Answer.busy(1), absent);
        assertThat(latchkey.sessions().endSession("session").getStatus()).isEqualTo(Success.SUCCESS);

        stub.answer(Answer.tooMany(1), absent);
        assertThat(failure(latchkey, client -> client.sessions().endSession("session"))
                        .getCode())
                .isEqualTo(ErrorCode.NOT_FOUND);

        stub.answer(Answer.busy(1), absent);
        assertThat(failure(latchkey, client -> client.data().readEntry("key")).getCode())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    /** The server answers a repetition as it answered the first time. */
    @Test
    void withAnIdempotencyKeyTheServerKnowsWhetherThereWasAnything() {
        Answer absent = Answer.error(404, "KEY_NOT_FOUND", "Not there.");
        for (Answer lost : List.of(Answer.busy(1), Answer.brokenOff())) {
            stub.answer(lost, absent);
            assertThat(failure(latchkey, client -> client.data().deleteEntry("key"))
                            .getCode())
                    .isEqualTo(ErrorCode.KEY_NOT_FOUND);
            stub.answer(lost, absent);
            assertThat(latchkey.data().delete("key")).isFalse();
            stub.answer(lost, Answer.success(StubServer.SUCCESS));
            assertThat(latchkey.data().delete("key")).isTrue();
        }
    }

    @Test
    void aListReadsNoPageBeforeItIsUsed() {
        String page = """
                {"status":"success","data":{"entries":[{"key":"%s"},{"key":"%s"}],"revision":1%s}}
                """;
        stub.answer(request -> Answer.success(
                request.query().contains("cursor=next")
                        ? page.formatted("c", "d", "")
                        : page.formatted("a", "b", ",\"next_cursor\":\"next\"")));

        Stream<ListedEntry> list =
                latchkey.data().list(new ListOptions().prefix("ä/&").pageSize(2).values(false));
        assertThat(stub.requests()).isEmpty();
        assertThat(list.map(ListedEntry::getKey).limit(2)).containsExactly("a", "b");
        assertThat(stub.requests())
                .extracting(Request::query)
                .containsExactly("prefix=%C3%A4%2F%26&limit=2&values=false");

        assertThat(latchkey.data().list("x").map(ListedEntry::getKey)).containsExactly("a", "b", "c", "d");
        assertThat(stub.requests())
                .extracting(Request::query)
                .endsWith("prefix=x&limit=1000", "prefix=x&limit=1000&cursor=next")
                .hasSize(3);

        ListOptions three = new ListOptions().limit(3).pageSize(2);
        assertThat(latchkey.data().list(three).map(ListedEntry::getKey).limit(3))
                .containsExactly("a", "b", "c");
        assertThat(latchkey.data().list(new ListOptions().limit(0))).isEmpty();
        assertThat(stub.requests())
                .extracting(Request::query)
                .endsWith("limit=2", "limit=1&cursor=next")
                .hasSize(5);
    }

    @Test
    void anExpiryIsSentInWholeSeconds() {
        stub.answer(request -> Answer.success(StubServer.SUCCESS));
        for (Duration duration : List.of(
                Duration.ofMillis(1),
                Duration.ofMillis(999),
                Duration.ofSeconds(1),
                Duration.ofMillis(1001),
                Duration.ofSeconds(-1),
                Duration.ZERO,
                Duration.ofSeconds(Long.MAX_VALUE))) {
            latchkey.data().set("key", "v", new SetOptions().expiresIn(duration));
        }
        latchkey.data().set("key", "v");
        latchkey.data().changeExpiry("key", new ExpiryChange().expiresIn(null));

        String sent = "{\"value\":\"v\",\"expires_in\":%d}";
        assertThat(stub.requests())
                .extracting(Request::body)
                .containsExactly(
                        sent.formatted(1),
                        sent.formatted(1),
                        sent.formatted(1),
                        sent.formatted(2),
                        sent.formatted(-1),
                        sent.formatted(0),
                        sent.formatted(Integer.MAX_VALUE),
                        "{\"value\":\"v\"}",
                        "{\"expires_in\":null}");
    }

    @Test
    void whatIsNoListAndNoEntryIsAnError() {
        stub.answer(request -> Answer.success(StubServer.SUCCESS));
        List<Consumer<Latchkey>> calls = List.of(
                client -> client.data().get("key"),
                client -> client.data().list().forEach(entry -> {}),
                client -> client.data().batch());
        for (Consumer<Latchkey> call : calls) {
            assertThat(failure(latchkey, call).getKind()).isEqualTo(ErrorKind.UNUSABLE_ANSWER);
        }
        stub.answer(request -> new Answer(304, "", Map.of()));
        assertThat(failure(latchkey, client -> client.data().readEntry("key")).getKind())
                .isEqualTo(ErrorKind.UNUSABLE_ANSWER);
        assertThat(failure(latchkey, client -> client.account().readAccount()).getKind())
                .isEqualTo(ErrorKind.UNUSABLE_ANSWER);
    }

    @Test
    void notMoreOftenThanItMay() {
        stub.answer(request -> Answer.busy(1));
        assertThat(failure(latchkey, client -> client.data().readEntry("key")).getStatus())
                .isEqualTo(503);
        assertThat(stub.asked()).hasSize(4);

        Latchkey impatient = latchkey(options().maxRetries(0));
        assertThat(failure(impatient, client -> client.data().readEntry("key")).getStatus())
                .isEqualTo(503);
        assertThat(stub.asked()).hasSize(5);
    }

    @Test
    void notForLongerThanItMay() {
        stub.answer(request -> Answer.tooMany(14));
        failure(latchkey, client -> client.data().readEntry("key"));
        assertThat(waits).containsExactly(Duration.ofSeconds(14), Duration.ofSeconds(14));

        waits.clear();
        stub.answer(Answer.tooMany(3600));
        assertThat(failure(latchkey, client -> client.logIn("user", "password")).getRetryAfter())
                .contains(Duration.ofHours(1));
        assertThat(waits).isEmpty();

        stub.answer(Answer.tooMany(3600), Answer.entry("value"));
        latchkey(options().maxWait(Duration.ofHours(1))).data().readEntry("key");
        assertThat(waits).containsExactly(Duration.ofHours(1));
    }

    /** As from a proxy. */
    @Test
    void asLongAsASecondWhereNobodySays() {
        stub.answer(
                new Answer(503, "<html>", Map.of()),
                new Answer(503, "", Map.of("Retry-After", "Sun, 22 Nov 2026 12:00:00 GMT")),
                new Answer(503, "", Map.of("Retry-After", "-5")),
                Answer.entry("value"));

        latchkey.data().readEntry("key");

        assertThat(waits).hasSize(3).containsOnly(Duration.ofSeconds(1));
    }

    @Test
    void aReadIsRepeatedWhereTheConnectionFails() {
        stub.answer(Answer.brokenOff(), Answer.entry("value"));
        assertThat(latchkey.data().readEntry("key").getData().getValue()).isEqualTo("value");
    }

    /** The same refresh token gives the same pair once more. */
    @Test
    void aRefreshIsRepeatedOnceWhereTheConnectionFails() {
        TokenRefresh refresh = new TokenRefresh().refreshToken("r1");
        stub.answer(Answer.brokenOff(), Answer.tokens("a2", "r2"));
        assertThat(latchkey.tokens().refreshToken(refresh).getData().getRefreshToken())
                .isEqualTo("r2");

        stub.answer(Answer.brokenOff(), Answer.brokenOff());
        assertThat(failure(latchkey, client -> client.tokens().refreshToken(refresh))
                        .getStatus())
                .isZero();
        assertThat(stub.asked()).hasSize(4);
    }

    @Test
    void nothingElseIsRepeatedWhereTheConnectionFails() {
        stub.answer(Answer.brokenOff());
        assertThat(failure(latchkey, client -> client.account().updateAccount(new AccountChanges()))
                        .getStatus())
                .isZero();

        stub.answer(Answer.brokenOff());
        assertThat(failure(latchkey, client -> client.logIn("user", "password")).getStatus())
                .isZero();
        assertThat(stub.asked()).hasSize(2);
        assertThat(stub.requests()).extracting(Request::idempotencyKey).containsOnlyNulls();
    }

    static Stream<Arguments> withAnIdempotencyKey() {
        return Stream.of(
                call("create", latchkey -> latchkey.data()
                        .createEntry(new Entry().key("key").value("value"))),
                call("update", latchkey -> latchkey.data().updateEntry("key", new NewValue().value("value"))),
                call("delete", latchkey -> latchkey.data().deleteEntry("key")),
                call("change the expiry", latchkey -> latchkey.data().changeExpiry("key", new ExpiryChange())),
                call("batch", latchkey -> latchkey.data().runBatch(new Batch())),
                call("set", latchkey -> latchkey.data().set("key", "value")),
                call("short delete", latchkey -> latchkey.data().delete("key")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withAnIdempotencyKey")
    void aWriteThatTheServerDoesOnceIsRepeatedWithItsKey(String name, Consumer<Latchkey> call) {
        Latchkey refreshing = new Latchkey(stub.url(), options());
        stub.answer(
                Answer.tokens("a1", "r1"),
                Answer.brokenOff(),
                Answer.busy(1),
                Answer.tokenRefused(),
                Answer.tokens("a2", "r2"),
                Answer.success(StubServer.SUCCESS),
                Answer.success(StubServer.SUCCESS));
        refreshing.logIn("user", "password");

        call.accept(refreshing);
        call.accept(refreshing);

        List<String> keys = stub.requests().stream()
                .filter(request -> request.path().startsWith("/api/data"))
                .map(Request::idempotencyKey)
                .toList();
        assertThat(keys).hasSize(5).doesNotContainNull();
        assertThat(keys.subList(0, 4)).containsOnly(keys.get(0));
        assertThat(keys.get(0)).matches("[0-9a-f-]{36}").isNotEqualTo(keys.get(4));
    }

    @Test
    void theKeyOfTheCallerStays() {
        stub.answer(Answer.brokenOff(), Answer.success(StubServer.SUCCESS));

        latchkey.data()
                .createEntry(
                        new Entry().key("key").value("value"),
                        new CreateEntryOptions().idempotencyKey("of the caller"));

        assertThat(stub.requests())
                .hasSize(2)
                .extracting(Request::idempotencyKey)
                .containsOnly("of the caller");
    }

    @Test
    void aReadNeedsNoKey() {
        stub.answer(request -> Answer.entry("value"));

        latchkey.data().readEntry("key");

        assertThat(stub.requests()).extracting(Request::idempotencyKey).containsOnlyNulls();
    }

    @Test
    void anInterruptEndsTheWaitForAnotherAttempt() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Latchkey patient = latchkey(PatientOptions.waiting(duration -> {
            waiting.countDown();
            new CountDownLatch(1).await();
        }));
        stub.answer(Answer.busy(5));

        isInterrupted(patient, waiting);
    }

    @Test
    void anInterruptEndsTheWaitForAnAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        stub.answer(request -> {
            asked.countDown();
            return waitForEver();
        });

        isInterrupted(latchkey, asked);
    }

    private static void isInterrupted(Latchkey latchkey, CountDownLatch waiting) throws Exception {
        FutureTask<Boolean> call = new FutureTask<>(() -> {
            LatchkeyException error = failure(latchkey, client -> client.data().readEntry("key"));
            assertThat(error.getStatus()).isZero();
            assertThat(error).hasCauseInstanceOf(InterruptedException.class);
            return Thread.currentThread().isInterrupted();
        });
        Thread thread = new Thread(call);
        thread.start();
        waiting.await();
        thread.interrupt();

        assertThat(call.get()).isTrue();
    }

    @Test
    void aTimeoutEndsTheWaitForAnAnswer() {
        stub.answer(request -> waitForEver());

        LatchkeyException error = failure(latchkey(options().timeout(Duration.ofMillis(100))), client -> client.data()
                .readEntry("key"));

        assertThat(error.getStatus()).isZero();
        assertThat(error)
                .hasMessage("readEntry (GET " + stub.url() + "/api/data/{key}): no answer within 0.1 seconds.")
                .hasCauseInstanceOf(HttpTimeoutException.class);
        assertThat(stub.asked()).hasSize(1);
    }

    private static Answer waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Answer.brokenOff();
    }
}
