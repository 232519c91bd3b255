package dev.latchkey.client;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** Gives each subscriber a feed of its own, and a thread that asks it for as many events as the subscriber asked for. */
final class ChangePublisher implements Flow.Publisher<ChangeEvent> {
    private final Supplier<ChangeFeed> feeds;

    ChangePublisher(Supplier<ChangeFeed> feeds) {
        this.feeds = feeds;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ChangeEvent> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        FeedSubscription subscription = new FeedSubscription(feeds.get(), subscriber);
        subscriber.onSubscribe(subscription);
        subscription.start();
    }
}
