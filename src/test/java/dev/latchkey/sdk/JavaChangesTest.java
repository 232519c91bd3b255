package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.ChangeEvent;
import dev.latchkey.client.ChangeEvent.Deletion;
import dev.latchkey.client.ChangeEvent.Gone;
import dev.latchkey.client.ChangeEvent.Position;
import dev.latchkey.client.ChangeEvent.Put;
import dev.latchkey.client.ChangeFeed;
import dev.latchkey.client.ChangesApi.ReadChangesOptions;
import dev.latchkey.client.ChangesOptions;
import dev.latchkey.client.ErrorKind;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.client.PatientOptions;
import dev.latchkey.client.StoredTokens;
import dev.latchkey.client.TokenStore;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A feed goes on where it was, whatever becomes of its connections, and ends when it cannot. */
@Timeout(60)
final class JavaChangesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final StubServer stub = new StubServer();
    private final SettableClock clock = new SettableClock(NOW);
    private final KeptTokens store = new KeptTokens();
    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Latchkey latchkey = latchkey(PatientOptions.waiting(waits::add));

    @AfterEach
    void close() {
        threads.shutdownNow();
        stub.close();
    }

    /** A store of an application's own. */
    private static final class KeptTokens implements TokenStore {
        private volatile StoredTokens tokens;

        @Override
        public Optional<StoredTokens> load() {
            return Optional.ofNullable(tokens);
        }

        @Override
        public void save(StoredTokens next) {
            tokens = next;
        }

        @Override
        public void clear() {
            tokens = null;
        }
    }

    private Latchkey latchkey(LatchkeyOptions options) {
        store.save(new StoredTokens("access-0", NOW.plus(Duration.ofHours(1)), "refresh-0", "alice"));
        return new Latchkey(stub.url(), PatientOptions.clock(options, clock).tokenStore(store));
    }

    private ChangeFeed feed() {
        return latchkey.data().changes(new ChangesOptions());
    }

    private static Put put(long revision, String key, String value) {
        return new Put(revision, key, value, "\"" + revision + "\"", null);
    }

    private static Answer stream(String... pieces) {
        return Answer.events(StubStream.of(pieces).end());
    }

    private static Answer broken(String... pieces) {
        return Answer.events(StubStream.of(pieces).cut());
    }

    private static Answer gone(long revision) {
        return new Answer(
                410,
                "{\"status\":\"error\",\"code\":\"CHANGES_GONE\",\"message\":\"Gone.\",\"revision\":" + revision + "}",
                Map.of());
    }

    private static LatchkeyException failure(ChangeFeed feed) {
        LatchkeyException failure = catchThrowableOfType(LatchkeyException.class, feed::hasNext);
        assertThat(feed.hasNext()).isFalse();
        return failure;
    }

    /** What was asked, as {@code access-0 since=0}. */
    private List<String> asked() {
        return stub.requests().stream()
                .map(request -> request.path().equals("/api/changes")
                        ? request.token().replace("Bearer ", "") + " " + request.query()
                        : request.toString())
                .toList();
    }

    @Test
    void itTellsWhatTheStreamDoes() {
        stub.answer(
                stream(
                        "retry: 2000\n\n",
                        StubStream.put(1, "a", "1"),
                        "id: 4\nevent: change\ndata: {\"revision\":4,\"type\":\"put\",\"key\":\"b\",\"value\":\"\",\"etag\":\"\\\"4\\\"\","
                                + "\"expires_at\":\"2026-11-22T12:00:00.123Z\",\"of\":\"a newer server\"}\n\n",
                        "id: 5\nevent: change\ndata: {\"revision\":5,\"type\":\"delete\",\"key\":\"a\",\"etag\":\"\\\"5\\\"\"}\n\n",
                        StubStream.position(7)),
                gone(9));

        try (ChangeFeed feed = latchkey.data().changes(new ChangesOptions().positions(true))) {
            assertThat(feed)
                    .toIterable()
                    .containsExactly(
                            put(1, "a", "1"),
                            new Put(4, "b", "", "\"4\"", OffsetDateTime.parse("2026-11-22T12:00:00.123Z")),
                            new Deletion(5, "a", "\"5\""),
                            new Position(7),
                            new Gone(9));
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(feed::next);
        }
        assertThat(asked()).containsExactly("access-0 since=0", "access-0 since=7");
        assertThat(stub.requests()).extracting(StubServer.Request::accept).containsOnly("text/event-stream");
    }

    @Test
    void itTellsOnlyWhatIsAskedFor() {
        stub.answer(
                stream(
                        StubStream.position(4),
                        "id: 6\nevent: change\ndata: {\"revision\":6,\"type\":\"put\",\"key\":\"a\",\"etag\":\"\\\"6\\\"\"}\n\n"));

        ChangeFeed feed = latchkey.data().changes(new ChangesOptions().since(3).values(false));

        assertThat(feed.next()).isEqualTo(put(6, "a", null));
        assertThat(asked()).containsExactly("access-0 since=3&values=false");
        feed.close();
        assertThat(feed.hasNext()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void aPieceMayEndAnywhere(String lineEnd) {
        String value = "\u00e4\u20ac\ud83d\udd11";
        byte[] second = StubStream.put(2, "b", value).replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        byte[] first = StubStream.put(1, "a", value).replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        int start = second.length - 1;
        StubStream stream = new StubStream();
        stub.answer(Answer.events(stream));
        try (ChangeFeed feed = feed()) {
            for (int cut = 1; cut < start; cut++) {
                // The client has read the first event, and so the beginning of the second, before the rest is there.
                stream.send(join(first, Arrays.copyOf(second, cut)));
                assertThat(feed.next()).isEqualTo(put(1, "a", value));
                stream.send(Arrays.copyOfRange(second, cut, second.length));
                assertThat(feed.next()).isEqualTo(put(2, "b", value));
            }
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    @Test
    void whatItDoesNotKnowIsIgnored() {
        stub.answer(
                stream(
                        "\uFEFFevent: position\ndata: {\"revision\":1}\n\n: a comment\n\nevent: of a newer server\nid: 8\ndata: {}\n\n",
                        "novelty: 1\nevent\ndata\n\nid: x\nretry: soon\nevent:position\ndata:{\ndata: \"revision\":9}\n\n",
                        StubStream.put(11, "lost", "for want of its end").stripTrailing() + "\n"),
                stream("id: 10\nevent: of a newer server\ndata: {}\n\n"),
                gone(1));

        ChangeFeed feed = latchkey.data().changes(new ChangesOptions().positions(true));

        assertThat(feed).toIterable().containsExactly(new Position(1), new Position(9), new Gone(1));
        assertThat(asked()).containsExactly("access-0 since=0", "access-0 since=9", "access-0 since=10");
    }

    @Test
    void aTokenThatIsRefusedAsSoonAsItIsNewIsAnError() {
        stub.answer(request ->
                request.path().equals("/api/changes") ? Answer.tokenRefused() : Answer.tokens("access-1", "refresh-1"));

        assertThat(failure(feed()).getCode()).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(asked()).containsExactly("access-0 since=0", "POST /api/token/refresh", "access-1 since=0");
    }

    @Test
    void itWaitsLongerAfterEachFailureUntilSomethingArrives() {
        stub.answer(
                broken(": nothing\n"),
                Answer.error(500, "INTERNAL_ERROR", "Oh."),
                new Answer(502, "<html>Bad Gateway</html>", Map.of()),
                broken(),
                stream(),
                broken(),
                new Answer(504, "", Map.of()),
                broken(),
                broken(StubStream.put(3, "a", "")),
                gone(1));

        assertThat(feed()).toIterable().containsExactly(put(3, "a", ""), new Gone(1));

        int[] most = {500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 500};
        assertThat(waits).hasSameSizeAs(most);
        for (int i = 0; i < most.length; i++) {
            assertThat(waits.get(i).toMillis()).as("wait " + i).isBetween(most[i] / 2L, (long) most[i]);
        }
        assertThat(asked()).endsWith("access-0 since=0", "access-0 since=3");
    }

    @Test
    void itWaitsAsLongAsTheServerAsks() {
        stub.answer(
                Answer.tooMany(40),
                Answer.busy(50),
                stream("retry: 60000\n\n", StubStream.position(1)),
                stream("retry: 70000\n\n", StubStream.end("SERVER_STOPPING", 1)),
                gone(1));

        assertThat(feed()).toIterable().containsExactly(new Gone(1));

        int[] asked = {40, 50, 60, 70};
        assertThat(waits).hasSameSizeAs(asked);
        for (int i = 0; i < asked.length; i++) {
            assertThat(waits.get(i)).isBetween(Duration.ofSeconds(asked[i]), Duration.ofMillis(asked[i] * 1_250L));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilentConnectionIsDead(boolean hasBegun) throws Exception {
        StubStream silent = StubStream.of(StubStream.put(2, "a", ""));
        CountDownLatch over = new CountDownLatch(1);
        Answer[] answers = {Answer.events(silent), stream(StubStream.put(3, "b", "")), gone(4)};
        int[] next = {hasBegun ? 0 : -1};
        stub.answer(request -> {
            if (next[0] < 0) {
                next[0] = 1;
                await(over);
                return Answer.brokenOff();
            }
            return answers[next[0]++];
        });
        Latchkey impatient =
                latchkey(PatientOptions.silence(PatientOptions.waiting(waits::add), Duration.ofMillis(200)));

        try (ChangeFeed feed = impatient.data().changes(new ChangesOptions())) {
            if (hasBegun) {
                assertThat(feed.next()).isEqualTo(put(2, "a", ""));
            }
            assertThat(feed.next()).isEqualTo(put(3, "b", ""));
            if (hasBegun) {
                silent.awaitClosed();
            }
        }
        assertThat(waits).hasSize(1);
        over.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whenTheTokenExpiresItGoesOnAtOnce() {
        stub.answer(
                stream(StubStream.put(2, "a", ""), StubStream.end("TOKEN_EXPIRED", 2)),
                Answer.tokens("access-1", "refresh-1"),
                stream(StubStream.end("TOKEN_EXPIRED", 2)),
                Answer.tokens("access-2", "refresh-2"),
                Answer.tokenRefused(),
                Answer.tokens("access-3", "refresh-3"),
                gone(3));

        assertThat(feed()).toIterable().containsExactly(put(2, "a", ""), new Gone(3));

        assertThat(asked())
                .containsExactly(
                        "access-0 since=0",
                        "POST /api/token/refresh",
                        "access-1 since=2",
                        "POST /api/token/refresh",
                        "access-2 since=2",
                        "POST /api/token/refresh",
                        "access-3 since=2");
        // Not for ever at once, if that is all that the stream says.
        assertThat(waits).hasSize(1);
    }

    @Test
    void itLeavesBeforeTheTokenExpires() throws Exception {
        clock.set(NOW.plus(Duration.ofHours(1)).minusMillis(10_100));
        StubStream first = StubStream.of(StubStream.put(2, "a", ""));
        stub.answer(request -> switch (request.toString() + " " + request.token()) {
            case "GET /api/changes Bearer access-0" -> Answer.events(first);
            case "POST /api/token/refresh null" -> Answer.tokens("access-1", "refresh-1");
            default -> gone(3);
        });
        try (ChangeFeed feed = feed()) {
            assertThat(feed.next()).isEqualTo(put(2, "a", ""));
            clock.advance(Duration.ofMillis(100));
            assertThat(feed.next()).isEqualTo(new Gone(3));
            first.awaitClosed();
        }
        assertThat(asked()).containsExactly("access-0 since=0", "POST /api/token/refresh", "access-1 since=2");
        assertThat(waits).isEmpty();
    }

    @Test
    void aTokenThatLivesForSecondsOnlyIsUsedToItsEnd() {
        clock.set(NOW.plus(Duration.ofHours(1)).minusSeconds(5));
        stub.answer(
                request -> request.path().equals("/api/changes")
                        ? stream(StubStream.put(2, "a", ""), StubStream.end("CHANGES_GONE", 3))
                        : Answer.success(
                                "{\"status\":\"success\",\"data\":{\"access_token\":\"access-1\",\"expires_in\":5,\"refresh_token\":\"r\"}}"));

        assertThat(feed()).toIterable().containsExactly(put(2, "a", ""), new Gone(3));

        assertThat(asked()).containsExactly("POST /api/token/refresh", "access-1 since=0");
    }

    @Test
    void whileTheTokenCannotBeRefreshedItWaits() {
        stub.answer(
                stream(StubStream.put(2, "a", ""), StubStream.end("TOKEN_EXPIRED", 2)),
                new Answer(502, "<html>Bad Gateway</html>", Map.of()),
                Answer.brokenOff(),
                Answer.brokenOff(),
                Answer.tokens("access-1", "refresh-1"),
                gone(3));

        assertThat(feed()).toIterable().containsExactly(put(2, "a", ""), new Gone(3));
        assertThat(waits).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"SESSION_ENDED", "TOKEN_EXPIRED", "''"})
    void whenTheSessionHasEndedSoHasTheFeed(String reason) {
        stub.answer(
                reason.isEmpty() ? Answer.tokenRefused() : stream(StubStream.end(reason, 2)),
                Answer.error(401, "INVALID_REFRESH_TOKEN", "Over."));

        assertThat(failure(feed()).getCode()).isEqualTo(ErrorCode.INVALID_REFRESH_TOKEN);

        assertThat(latchkey.isLoggedIn()).isFalse();
        assertThat(failure(feed()).getKind()).isEqualTo(ErrorKind.NOT_LOGGED_IN);
    }

    @Test
    void withoutARefreshTokenTheServerSaysThatItIsOver() {
        store.save(new StoredTokens("access-0", NOW, null, "alice"));
        stub.answer(request -> stub.requests().size() == 1
                ? stream(StubStream.put(2, "a", ""), StubStream.end("TOKEN_EXPIRED", 2))
                : Answer.tokenRefused());
        ChangeFeed feed = feed();

        assertThat(feed.next()).isEqualTo(put(2, "a", ""));
        assertThat(failure(feed).getCode()).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"400,INVALID_REQUEST", "403,FORBIDDEN_BY_A_NEWER_SERVER", "404,NOT_FOUND", "406,NOT_ACCEPTABLE"})
    void whatDoesNotGoAwayIsAnError(int status, String code) {
        stub.answer(Answer.error(status, code, "No."));

        LatchkeyException failure = failure(feed());

        assertThat(failure.getStatus()).isEqualTo(status);
        assertThat(failure.getKind()).isEqualTo(ErrorKind.REFUSED);
        assertThat(waits).isEmpty();
    }

    @Test
    void whatIsNoStreamOfLatchkeyIsAnError() {
        for (Answer answer : List.of(
                Answer.success("{}"),
                new Answer(200, "<html>Welcome to this hotel</html>", Map.of("Content-Type", "text/html")),
                new Answer(302, "", Map.of("Location", "http://127.0.0.1:1/")),
                new Answer(404, "<html>Not Found</html>", Map.of()),
                stream("event: change\ndata: {\"revision\":1}\n\n"),
                stream("event: change\ndata: {\"revision\":1,\"type\":\"rename\",\"key\":\"a\",\"etag\":\"\"}\n\n"),
                stream("event: position\ndata: 1\n\n"),
                stream("event: end\ndata: {}\n\n"))) {
            stub.answer(answer);
            assertThat(failure(feed()).getKind()).isEqualTo(ErrorKind.UNUSABLE_ANSWER);
        }
        assertThat(waits).isEmpty();
    }

    @Test
    void aReasonOfANewerServerIsLikeAnyEnd() {
        stub.answer(stream(StubStream.put(2, "a", ""), StubStream.end("NOVELTY", 2)), gone(3));

        assertThat(feed()).toIterable().containsExactly(put(2, "a", ""), new Gone(3));
        assertThat(waits).hasSize(1);
    }

    @Test
    void nobodyGetsTheChangesOfAnother() {
        StubStream stream = StubStream.of(StubStream.put(2, "a", ""));
        stub.answer(request ->
                request.path().equals("/api/changes") ? Answer.events(stream) : Answer.tokens("access-9", "refresh-9"));
        ChangeFeed feed = feed();
        feed.next();

        latchkey.logIn("alice", "secret");
        stream.send(StubStream.put(3, "b", ""));
        assertThat(feed.next()).isEqualTo(put(3, "b", ""));

        latchkey.logIn("bob", "secret");
        stream.send(StubStream.put(4, "c", ""));
        assertThat(failure(feed).getKind()).isEqualTo(ErrorKind.NOT_LOGGED_IN);
        assertThat(asked()).containsExactly("access-0 since=0", "POST /api/token", "POST /api/token");
    }

    @Test
    void itDoesNotFollowAnotherOfTheSameStore() {
        stub.answer(broken(StubStream.put(2, "a", "")));
        ChangeFeed feed = feed();
        feed.next();

        store.save(new StoredTokens("access-9", NOW.plus(Duration.ofHours(1)), "refresh-9", "bob"));
        assertThat(failure(feed).getKind()).isEqualTo(ErrorKind.NOT_LOGGED_IN);
        assertThat(asked()).containsExactly("access-0 since=0");
    }

    /** Whatever it waits for. */
    @ParameterizedTest
    @ValueSource(strings = {"an event", "the head of the response", "the next attempt", "new tokens"})
    void anotherThreadCloses(String what) throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        StubStream stream = StubStream.of(StubStream.put(1, "a", ""));
        stub.answer(request -> {
            boolean isStream = request.path().equals("/api/changes");
            if (what.equals("the head of the response") || !isStream) {
                waiting.countDown();
                await(never);
            }
            return switch (what) {
                case "an event" -> Answer.events(stream);
                case "new tokens" -> Answer.tokenRefused();
                default -> Answer.brokenOff();
            };
        });
        ChangeFeed feed = latchkey(PatientOptions.waiting(duration -> {
                    waiting.countDown();
                    never.await();
                }))
                .data()
                .changes(new ChangesOptions());
        if (what.equals("an event")) {
            feed.next();
            waiting.countDown();
        }
        Future<Boolean> reader = threads.submit(() -> {
            boolean hasNext = feed.hasNext();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return hasNext;
        });
        await(waiting);

        feed.close();

        assertThat(reader.get(20, TimeUnit.SECONDS)).isFalse();
        if (what.equals("an event")) {
            stream.awaitClosed();
        }
        never.countDown();
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        StubStream stream = StubStream.of(StubStream.put(1, "a", ""));
        stub.answer(Answer.events(stream));
        ChangeFeed feed = feed();
        feed.next();
        Thread.currentThread().interrupt();

        LatchkeyException failure = catchThrowableOfType(LatchkeyException.class, feed::hasNext);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.getKind()).isEqualTo(ErrorKind.NO_ANSWER);
        assertThat(failure).hasMessageContaining("interrupted");
        stream.awaitClosed();
    }

    @Test
    void aPageIsReadAsJson() {
        stub.answer(
                Answer.success("{\"status\":\"success\",\"data\":{\"changes\":[],\"revision\":7,\"more\":false}}"),
                gone(9));

        assertThat(latchkey.changes().readChanges().getData().getRevision()).isEqualTo(7);
        LatchkeyException gone = catchThrowableOfType(LatchkeyException.class, () -> latchkey.changes()
                .readChanges(new ReadChangesOptions().since(8L).lastEventID(8L)));

        assertThat(gone.getCode()).isEqualTo(ErrorCode.CHANGES_GONE);
        assertThat(gone.getRevision()).hasValue(9);
        assertThat(stub.requests()).extracting(StubServer.Request::accept).containsOnly("application/json");
    }

    @Test
    void itSaysInTheLogWhatHappens() {
        List<String> lines = new ArrayList<>();
        stub.answer(broken(StubStream.put(2, "diary", "dear")), stream(StubStream.end("SERVER_STOPPING", 2)), gone(3));

        ChangeFeed feed = latchkey(PatientOptions.waiting(waits::add).log(lines::add))
                .data()
                .changes(new ChangesOptions());
        List<ChangeEvent> events = new ArrayList<>();
        feed.forEachRemaining(events::add);

        String label = "readChanges (GET " + stub.url() + "/api/changes): ";
        assertThat(lines.stream().map(line -> line.replaceAll("[0-9.]+ (m?s)\\b", "0 $1")))
                .containsExactly(
                        label + "200 in 0 ms, request without an id",
                        label + "the stream broke off",
                        label + "again in 0 s",
                        label + "200 in 0 ms, request without an id",
                        label + "the server ended the stream",
                        label + "again in 0 s",
                        label + "410 in 0 ms, request without an id");
        assertThat(events).hasSize(2);
    }
}
