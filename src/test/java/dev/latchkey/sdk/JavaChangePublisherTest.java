package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.latchkey.client.ChangeEvent;
import dev.latchkey.client.ChangesOptions;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.sdk.StubServer.Answer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The publisher of changes keeps to the rules of Reactive Streams. */
@Timeout(60)
final class JavaChangePublisherTest {
    private final StubServer stub = new StubServer();
    private final Flow.Publisher<ChangeEvent> publisher = JavaErrorsTest.loggedIn(stub.url(), new LatchkeyOptions())
            .data()
            .changePublisher(new ChangesOptions().positions(true));

    @AfterEach
    void close() {
        stub.close();
    }

    /** Writes down what it is told, and that it is told of one thing at a time. */
    private static class Subscriber implements Flow.Subscriber<ChangeEvent> {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private final AtomicBoolean isBeingTold = new AtomicBoolean();
        private final long demand;
        volatile Flow.Subscription subscription;

        Subscriber(long demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            tell("subscribed", () -> {
                if (demand != 0) {
                    given.request(demand);
                }
            });
        }

        @Override
        public void onNext(ChangeEvent event) {
            tell(String.valueOf(event.revision()), () -> {});
        }

        @Override
        public void onError(Throwable failure) {
            tell(failure.getClass().getSimpleName(), () -> {});
        }

        @Override
        public void onComplete() {
            tell("complete", () -> {});
        }

        final void tell(String what, Runnable reaction) {
            assertThat(isBeingTold.getAndSet(true)).isFalse();
            told.add(what);
            reaction.run();
            isBeingTold.set(false);
        }

        final String next() throws InterruptedException {
            return told.poll(30, TimeUnit.SECONDS);
        }
    }

    private Subscriber subscribed(long demand) throws InterruptedException {
        return subscribed(new Subscriber(demand));
    }

    private Subscriber subscribed(Subscriber subscriber) throws InterruptedException {
        publisher.subscribe(subscriber);
        assertThat(subscriber.next()).isEqualTo("subscribed");
        return subscriber;
    }

    private static String positions(int first, int last) {
        StringBuilder events = new StringBuilder();
        for (int revision = first; revision <= last; revision++) {
            events.append(StubStream.position(revision));
        }
        return events.toString();
    }

    @Test
    void nobodyGetsMoreThanWasAskedFor() throws Exception {
        StubStream stream = StubStream.of(positions(1, 4), StubStream.end("CHANGES_GONE", 9));
        stub.answer(Answer.events(stream));

        Subscriber subscriber = subscribed(0);
        assertThat(stub.asked()).isEmpty();
        subscriber.subscription.request(1);
        assertThat(subscriber.next()).isEqualTo("1");
        subscriber.subscription.request(2);
        assertThat(subscriber.next()).isEqualTo("2");
        assertThat(subscriber.next()).isEqualTo("3");
        // Had it got another one, that would be told of before what comes now.
        subscriber.told.add("asks");
        subscriber.subscription.request(Long.MAX_VALUE);
        subscriber.subscription.request(Long.MAX_VALUE);
        for (String expected : List.of("asks", "4", "9", "complete")) {
            assertThat(subscriber.next()).isEqualTo(expected);
        }
        subscriber.subscription.request(1);
        subscriber.subscription.cancel();
        assertThat(subscriber.told).isEmpty();
    }

    @Test
    void theLastEventCompletesWithoutAnybodyAsking() throws Exception {
        stub.answer(Answer.events(StubStream.of(StubStream.end("CHANGES_GONE", 9))));

        Subscriber subscriber = subscribed(1);

        assertThat(subscriber.next()).isEqualTo("9");
        assertThat(subscriber.next()).isEqualTo("complete");
    }

    @Test
    void eachHasAFeedOfItsOwn() throws Exception {
        stub.answer(request -> Answer.events(StubStream.of(positions(1, 2), StubStream.end("CHANGES_GONE", 9))));

        for (Subscriber subscriber : List.of(subscribed(Long.MAX_VALUE), subscribed(Long.MAX_VALUE))) {
            for (String expected : List.of("1", "2", "9", "complete")) {
                assertThat(subscriber.next()).isEqualTo(expected);
            }
        }
        assertThat(stub.asked()).containsExactly("GET /api/changes", "GET /api/changes");
    }

    @Test
    void whoCancelsHearsNothingMore() throws Exception {
        StubStream stream = StubStream.of(positions(1, 1));
        stub.answer(Answer.events(stream));
        Subscriber subscriber = subscribed(Long.MAX_VALUE);
        assertThat(subscriber.next()).isEqualTo("1");

        subscriber.subscription.cancel();
        subscriber.subscription.cancel();
        subscriber.subscription.request(-1);
        stream.awaitClosed();

        assertThat(subscriber.told).isEmpty();
    }

    @Test
    void oneMayCancelWithTheFirstEvent() throws Exception {
        StubStream stream = StubStream.of(positions(1, 2));
        stub.answer(Answer.events(stream));
        Subscriber subscriber = subscribed(new Subscriber(1) {
            @Override
            public void onNext(ChangeEvent event) {
                subscription.request(1);
                tell("one", subscription::cancel);
            }
        });

        assertThat(subscriber.next()).isEqualTo("one");
        stream.awaitClosed();
        assertThat(subscriber.told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void toAskForNothingIsAnError(long demand) throws Exception {
        StubStream stream = StubStream.of(positions(1, 1));
        stub.answer(Answer.events(stream));
        Subscriber subscriber = subscribed(2);
        assertThat(subscriber.next()).isEqualTo("1");

        subscriber.subscription.request(demand);

        assertThat(subscriber.next()).isEqualTo("IllegalArgumentException");
        stream.awaitClosed();
        assertThat(subscriber.told).isEmpty();
    }

    @Test
    void aFailureIsTheLastSignal() throws Exception {
        stub.answer(Answer.error(404, "NOT_FOUND", "No."));

        Subscriber subscriber = subscribed(1);

        assertThat(subscriber.next()).isEqualTo(LatchkeyException.class.getSimpleName());
        subscriber.subscription.request(1);
        assertThat(subscriber.told).isEmpty();
    }

    @Test
    void aSubscriberThatFailsIsLeftAlone() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        StubStream stream = StubStream.of(positions(1, 2));
        stub.answer(Answer.events(stream));
        Subscriber subscriber = subscribed(new Subscriber(2) {
            @Override
            public void onNext(ChangeEvent event) {
                called.countDown();
                throw new IllegalStateException("of the subscriber");
            }
        });

        assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
        stream.awaitClosed();
        assertThat(subscriber.told).isEmpty();
    }

    @Test
    void nobodyIsNoSubscriber() {
        assertThatNullPointerException().isThrownBy(() -> publisher.subscribe(null));
    }
}
