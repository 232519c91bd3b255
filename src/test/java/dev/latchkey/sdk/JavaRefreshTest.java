package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.client.PatientOptions;
import dev.latchkey.client.StoredTokens;
import dev.latchkey.client.TokenStore;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are not good any more are replaced without anybody noticing, and by nobody else's. */
final class JavaRefreshTest {
    private static final int CALLS = 16;

    private final StubServer stub = new StubServer();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final KeptTokens kept = new KeptTokens();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        stub.close();
    }

    /** A store of an application's own. */
    private static final class KeptTokens implements TokenStore {
        private final List<StoredTokens> saved = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch fourthLoad = new CountDownLatch(4);
        private volatile StoredTokens tokens;

        @Override
        public Optional<StoredTokens> load() {
            fourthLoad.countDown();
            return Optional.ofNullable(tokens);
        }

        @Override
        public void save(StoredTokens next) {
            saved.add(next);
            tokens = next;
        }

        @Override
        public void clear() {
            tokens = null;
        }
    }

    private Latchkey stubbed() {
        return new Latchkey(stub.url(), PatientOptions.at(clock).tokenStore(kept));
    }

    private StoredTokens tokens(String access, String refresh) {
        return tokens(access, refresh, "user");
    }

    private StoredTokens tokens(String access, String refresh, String username) {
        return new StoredTokens(access, clock.instant().plus(Duration.ofHours(1)), refresh, username);
    }

    private static void join(List<? extends Future<?>> calls) throws Exception {
        for (Future<?> call : calls) {
            call.get();
        }
    }

    private List<Future<String>> inParallel(Callable<String> call) {
        CountDownLatch start = new CountDownLatch(CALLS);
        List<Future<String>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(threads.submit(() -> {
                start.countDown();
                start.await();
                return call.call();
            }));
        }
        return calls;
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void oneServerRefreshesWhatAnotherRefuses(Engine engine) throws Exception {
        String url = "http://127.0.0.1:" + ServerExtension.shared(engine).port();
        Latchkey latchkey = new Latchkey(url, new LatchkeyOptions().tokenStore(kept));
        latchkey.register(JavaClientTest.newUser(Api.newName()));
        latchkey.data().createEntry(new Entry().key("key").value("value"));
        StoredTokens first = kept.tokens;

        kept.tokens = new StoredTokens("void", first.expiresAt(), first.refreshToken());
        kept.saved.clear();
        join(inParallel(() -> latchkey.data().readEntry("key").getData().getValue()));

        assertThat(kept.saved).hasSize(1);
        assertThat(kept.tokens.refreshToken()).isNotEqualTo(first.refreshToken());

        Latchkey restarted = new Latchkey(url, new LatchkeyOptions().tokenStore(kept));
        assertThat(restarted.data().readEntry("key").getData().getValue()).isEqualTo("value");

        kept.tokens = new StoredTokens("void", Instant.EPOCH, kept.tokens.refreshToken());
        assertThat(restarted.data().readEntry("key").getData().getValue()).isEqualTo("value");
        assertThat(kept.saved).hasSize(2);

        kept.tokens = new StoredTokens("void", Instant.EPOCH, "lkr_void");
        assertThat(catchThrowableOfType(
                                LatchkeyException.class, () -> restarted.data().readEntry("key"))
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_REFRESH_TOKEN);
        assertThat(restarted.isLoggedIn()).isFalse();
    }

    @Test
    void refreshesSecondsBeforeTheTokenExpires() {
        Latchkey latchkey = stubbed();
        stub.answer(
                Answer.tokens("a1", "r1"),
                Answer.entry("one"),
                Answer.entry("two"),
                Answer.tokens("a2", "r2"),
                Answer.entry("three"));

        latchkey.logIn("user", "password");
        latchkey.data().readEntry("key");
        clock.advance(Duration.ofMillis(3_589_999));
        latchkey.data().readEntry("key");
        clock.advance(Duration.ofMillis(1));
        latchkey.data().readEntry("key");

        assertThat(stub.asked())
                .containsExactly(
                        "POST /api/token",
                        "GET /api/data/key",
                        "GET /api/data/key",
                        "POST /api/token/refresh",
                        "GET /api/data/key");
        assertThat(stub.requests().get(0).body()).contains("\"refresh\":true");
        assertThat(stub.requests().get(3).body()).isEqualTo("{\"refresh_token\":\"r1\"}");
        assertThat(stub.requests().get(3).token()).isNull();
        assertThat(stub.requests().get(4).token()).isEqualTo("Bearer a2");
        assertThat(kept.tokens).isEqualTo(tokens("a2", "r2"));
    }

    /** The server began to count at some time before its answer arrived. */
    @Test
    void aSlowAnswerMakesNoTokenLiveLonger() {
        Latchkey latchkey = stubbed();
        Instant asked = clock.instant();
        stub.answer(request -> {
            clock.advance(Duration.ofSeconds(20));
            return Answer.tokens("a1", "r1");
        });

        latchkey.logIn("user", "password");
        assertThat(kept.tokens.expiresAt()).isEqualTo(asked.plus(Duration.ofHours(1)));

        clock.advance(Duration.ofHours(1));
        Instant refreshed = clock.instant();
        latchkey.data().deleteEntry("key");
        assertThat(kept.tokens.expiresAt()).isEqualTo(refreshed.plus(Duration.ofHours(1)));
    }

    /** The clock here may be wrong; the server knows whether the token is still good. */
    @Test
    void withoutARefreshTokenTheServerSaysWhenItIsOver() {
        Latchkey latchkey = stubbed();
        kept.tokens = new StoredTokens("a1", clock.instant().minusSeconds(1), null);
        stub.answer(Answer.entry("value"));

        assertThat(latchkey.data().readEntry("key").getData().getValue()).isEqualTo("value");
        assertThat(stub.requests().get(0).token()).isEqualTo("Bearer a1");
    }

    /** The server answers nobody before all have asked, so that all of them have the old token. */
    @Test
    void manyCallsMakeOneRefresh() throws Exception {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        CountDownLatch refused = new CountDownLatch(CALLS);
        stub.answer(request -> {
            if (request.path().equals("/api/token/refresh")) {
                return Answer.tokens("a2", "r2");
            }
            if (request.token().equals("Bearer a2")) {
                return Answer.entry("value");
            }
            refused.countDown();
            await(refused);
            return Answer.tokenRefused();
        });

        join(inParallel(() -> latchkey.data().readEntry("key").getData().getValue()));

        assertThat(stub.asked().stream().filter("POST /api/token/refresh"::equals))
                .hasSize(1);
        assertThat(stub.asked()).hasSize(2 * CALLS + 1);
    }

    @Test
    void manyCallsAtTheEndOfATokenMakeOneRefresh() throws Exception {
        Latchkey latchkey = stubbed();
        kept.tokens = new StoredTokens("a1", clock.instant().plusSeconds(10), "r1");
        stub.answer(request ->
                request.path().equals("/api/token/refresh") ? Answer.tokens("a2", "r2") : Answer.entry("value"));

        join(inParallel(() -> latchkey.data().readEntry("key").getData().getValue()));

        assertThat(stub.asked().stream().filter("POST /api/token/refresh"::equals))
                .hasSize(1);
        assertThat(stub.requests().stream().map(StubServer.Request::token)).doesNotContain("Bearer a1");
    }

    @Test
    void aRefusedRefreshTokenLogsOutOnceAndForAll() throws Exception {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        CountDownLatch refused = new CountDownLatch(CALLS);
        stub.answer(request -> {
            if (request.path().equals("/api/token/refresh")) {
                return Answer.error(401, "INVALID_REFRESH_TOKEN", "Refused.");
            }
            refused.countDown();
            await(refused);
            return Answer.tokenRefused();
        });

        List<Future<String>> calls = inParallel(() -> catchThrowableOfType(
                        LatchkeyException.class, () -> latchkey.data().readEntry("key"))
                .getCode()
                .getValue());

        for (Future<String> call : calls) {
            // The refresh's failure; or that there is no token any more, for who comes after it.
            assertThat(call.get()).isIn("INVALID_REFRESH_TOKEN", "INVALID_TOKEN");
        }
        assertThat(stub.asked().stream().filter("POST /api/token/refresh"::equals))
                .hasSize(1);
        assertThat(latchkey.isLoggedIn()).isFalse();
    }

    @Test
    void aRefreshThatFailsOtherwiseLogsNobodyOut() {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        stub.answer(
                Answer.tokenRefused(),
                Answer.error(500, "INTERNAL_ERROR", "Broken."),
                Answer.tokenRefused(),
                Answer.tokens("a2", "r2"),
                Answer.success(StubServer.SUCCESS));

        Entry entry = new Entry().key("key").value("value");
        assertThat(catchThrowableOfType(
                                LatchkeyException.class, () -> latchkey.data().createEntry(entry))
                        .getCode())
                .isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(latchkey.isLoggedIn()).isTrue();
        latchkey.data().createEntry(entry);
    }

    @Test
    void asksOnceMoreAndNotForEver() {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        stub.answer(Answer.tokenRefused(), Answer.tokens("a2", "r2"), Answer.tokenRefused());

        assertThat(catchThrowableOfType(
                                LatchkeyException.class, () -> latchkey.data().readEntry("key"))
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    /** A wrong current password is no wrong token. */
    @Test
    void noOther401IsAReasonToRefresh() {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        stub.answer(Answer.error(401, "INVALID_CREDENTIALS", "Wrong."));

        assertThat(catchThrowableOfType(LatchkeyException.class, latchkey.account()::readAccount)
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }

    /**
     * One user's call is never made again as another's, and one's new tokens never replace another's: neither where the server
     * refused the token, nor where the client knew that it had expired.
     */
    @ParameterizedTest(name = "{0} hours after the log-in")
    @ValueSource(longs = {0, 2})
    void whoLogsInMeanwhileIsSomebodyElse(long hours) throws Exception {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        clock.advance(Duration.ofHours(hours));
        CountDownLatch refreshing = new CountDownLatch(1);
        CountDownLatch loggedIn = new CountDownLatch(1);
        stub.answer(request -> switch (request.toString()) {
            case "POST /api/token" -> Answer.tokens("b1", "s1");
            case "POST /api/token/refresh" -> {
                refreshing.countDown();
                await(loggedIn);
                yield Answer.tokens("a2", "r2");
            }
            default -> Answer.tokenRefused();
        });

        Future<LatchkeyException> call =
                threads.submit(() -> catchThrowableOfType(LatchkeyException.class, () -> latchkey.data()
                        .createEntry(new Entry().key("key").value("of one"))));
        refreshing.await();
        latchkey.logIn("another", "password");
        loggedIn.countDown();

        assertThat(call.get().getCode()).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(kept.tokens).isEqualTo(tokens("b1", "s1", "another"));
        assertThat(stub.requests().stream().map(StubServer.Request::token)).doesNotContain("Bearer b1", "Bearer a2");
    }

    /** One that a broken store damaged, say. It would be refused for ever, and every call with it. */
    @Test
    void aRefreshTokenThatIsNoneLogsOut() {
        Latchkey latchkey = stubbed();
        kept.tokens = new StoredTokens("void", Instant.EPOCH, "");
        stub.answer(Answer.error(400, "INVALID_REQUEST", "Invalid."));

        assertThat(catchThrowableOfType(
                                LatchkeyException.class, () -> latchkey.data().readEntry("key"))
                        .getStatus())
                .isEqualTo(400);
        assertThat(latchkey.isLoggedIn()).isFalse();
    }

    /** Each of the two looks twice for the tokens; after that, the second is among those who wait for the first. */
    @Test
    void anInterruptOfOneIsNoneOfTheOthers() throws Exception {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        clock.advance(Duration.ofHours(2));
        CountDownLatch refreshing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        stub.answer(request -> {
            if (!request.path().equals("/api/token/refresh")) {
                return Answer.entry("value");
            }
            if (refreshing.getCount() == 0) {
                return Answer.tokens("a2", "r2");
            }
            refreshing.countDown();
            await(never);
            return Answer.brokenOff();
        });

        Future<?> first = threads.submit(() -> latchkey.data().readEntry("key"));
        refreshing.await();
        Future<String> second =
                threads.submit(() -> latchkey.data().readEntry("key").getData().getValue());
        kept.fourthLoad.await();
        first.cancel(true);

        assertThat(second.get()).isEqualTo("value");
        assertThat(kept.tokens.refreshToken()).isEqualTo("r2");
    }

    @Test
    void logsOutWhateverTheServerSays() {
        Latchkey latchkey = stubbed();
        kept.tokens = tokens("a1", "r1");
        stub.answer(Answer.error(500, "INTERNAL_ERROR", "Broken."));
        assertThat(catchThrowableOfType(LatchkeyException.class, latchkey::logOut)
                        .getCode())
                .isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(latchkey.isLoggedIn()).isFalse();

        kept.tokens = tokens("a1", "r1");
        stub.answer(Answer.tokenRefused(), Answer.error(401, "INVALID_REFRESH_TOKEN", "Refused."));
        latchkey.logOut();
        assertThat(latchkey.isLoggedIn()).isFalse();
    }

    @Test
    void tokensStandInNoLog() {
        assertThat(tokens("secret", "secret").toString()).doesNotContain("secret");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
