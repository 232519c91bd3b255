package dev.latchkey.client;

import java.util.concurrent.Flow;

/** Tells a subscriber of the events of a feed, in a thread of its own, and never of more than it asked for. */
final class FeedSubscription implements Flow.Subscription {
    private static final System.Logger LOGGER = System.getLogger(FeedSubscription.class.getPackageName());

    private final ChangeFeed feed;
    private final Flow.Subscriber<? super ChangeEvent> subscriber;

    /** How many events more the subscriber wants. */
    private long demand;

    private boolean isCancelled;

    /** Null if the subscriber keeps to the rules. */
    private IllegalArgumentException violation;

    FeedSubscription(ChangeFeed feed, Flow.Subscriber<? super ChangeEvent> subscriber) {
        this.feed = feed;
        this.subscriber = subscriber;
    }

    void start() {
        Thread thread = new Thread(this::run, "latchkey-changes");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void request(long n) {
        if (n <= 0) {
            violation = new IllegalArgumentException("request(" + n + "): ask for one event at least (rule 3.9)");
            feed.close();
        } else {
            // More than can ever come is the same as for ever.
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        }
        notifyAll();
    }

    @Override
    public synchronized void cancel() {
        isCancelled = true;
        notifyAll();
        feed.close();
    }

    private void run() {
        try (feed) {
            tell();
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "A subscriber failed, and gets no more events.", e);
        }
    }

    private void tell() {
        while (awaitDemand()) {
            ChangeEvent event;
            try {
                event = feed.hasNext() ? feed.next() : null;
            } catch (LatchkeyException e) {
                if (isActive()) {
                    subscriber.onError(e);
                }
                return;
            }
            if (!isActive()) {
                break;
            }
            if (event != null) {
                subscriber.onNext(event);
            }
            if (event == null || event instanceof ChangeEvent.Gone) {
                if (isActive()) {
                    subscriber.onComplete();
                    return;
                }
            }
        }
        IllegalArgumentException failure = violation();
        if (failure != null) {
            subscriber.onError(failure);
        }
    }

    /** Whether the subscriber wants an event; takes it as asked for. */
    private synchronized boolean awaitDemand() {
        while (demand == 0 && isActive()) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Nobody has this thread but this class.
                cancel();
            }
        }
        demand -= demand == Long.MAX_VALUE ? 0 : 1;
        return isActive();
    }

    private synchronized boolean isActive() {
        return !isCancelled && violation == null;
    }

    /** Null if there was none that the subscriber is still to be told of. */
    private synchronized IllegalArgumentException violation() {
        return isCancelled ? null : violation;
    }
}
